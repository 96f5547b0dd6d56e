package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/**
 * Batch normalisation per channel, with separate statistics for each group of the batch, then a
 * scale and a shift for each sample and channel, from the sample's label vector y, the second input:
 * {{{
 *   (1 + y G) z + y B    with z = s (x - mean), s = 1 / sqrt(variance + epsilon)
 * }}}
 * The weights are G, then B: for each label a row with a number for each channel. The flat state
 * holds the running mean, then the running (unbiased) variance.
 *
 * @param momentum the new batch's weight in the running averages
 */
private[gan] final class ConditionalNormOp(site: Site, epsilon: Double, momentum: Float) extends Op {
  import site.{input, inputs, memory, node, output, settings}

  output.setBlob(input.data.blank())

  private val unsafe = NativeMemory.unsafe
  private val (channels, labels) = (node.shape(0), inputs(1).shape(0))
  private val runs = new ChannelRuns(site, input.data)
  private val groupSize = site.batch / settings.groups

  /** Of each group and channel: mean and s. The variances are kept for the running statistics. */
  private val means, inverses, variances = new Array[Double](settings.groups * channels)

  /** Of each sample and channel: 1 + y G, and y B. */
  private val scales, shifts = new Array[Double](site.batch * channels)

  /** Their gradients. */
  private val byScales, byShifts = new Array[Double](site.batch * channels)

  private val (sums, products) = (new Array[Double](runs.length), new Array[Double](runs.length))
  private val a, b, c = new Array[Float](runs.length)

  private val toScales = memory.weights + 4L * node.weightOffset
  private val toShifts = toScales + 4L * labels * channels

  private def label(sample: Int, k: Int): Float =
    unsafe.getFloat(inputs(1).data.pointer + 4L * (sample.toLong * labels + k))

  /** Running statistics serve the entire batch, as one group. */
  override def weightsChanged(): Unit = if (!settings.training) {
    var channel = 0
    while (channel < channels) {
      means(channel) = memory.state(node.stateOffset + channel)
      variances(channel) = memory.state(node.stateOffset + channels + channel)
      inverses(channel) = 1 / math.sqrt(variances(channel) + epsilon)
      channel += 1
    }
  }

  private def groups(rows: Rows): Seq[Rows] = if (settings.training) site.groupsIn(rows) else Seq(rows)

  /** Where a group's statistics begin. */
  private def place(group: Rows): Int =
    if (settings.training) group.first / groupSize * channels else 0

  override def forward(pass: Pass, rows: Rows): Unit = pass.jvm { () =>
    eachSample(rows)(condition)
    if (settings.training) {
      runs.sums(rows, input.data, input.data, sums, products)
      groups(rows).foreach(group => eachChannel(measure(group, _)))
    }
    groups(rows).foreach { group =>
      val first = place(group)
      eachSample(group) { sample =>
        var channel = 0
        while (channel < channels) {
          val i = runs.index(sample, channel)
          val slope = scales(sample * channels + channel) * inverses(first + channel)
          a(i) = slope.toFloat
          c(i) = (shifts(sample * channels + channel) - means(first + channel) * slope).toFloat
          channel += 1
        }
      }
    }
    runs.scale(rows, input.data, output.data, a, c)
  }

  private def eachSample(rows: Rows)(body: Int => Unit): Unit =
    settings.parallel.range(rows.count)(i => body(rows.first + i))

  private def eachChannel(body: Int => Unit): Unit = settings.parallel.range(channels)(body)

  /** Sets a sample's scales and shifts; most labels are zero. */
  private def condition(sample: Int): Unit = {
    val first = sample * channels
    java.util.Arrays.fill(scales, first, first + channels, 1.0)
    java.util.Arrays.fill(shifts, first, first + channels, 0.0)
    var k = 0
    while (k < labels) {
      val y = label(sample, k)
      var channel = if (y == 0f) channels else 0
      while (channel < channels) {
        val at = 4L * (k.toLong * channels + channel)
        scales(first + channel) += y * unsafe.getFloat(toScales + at)
        shifts(first + channel) += y * unsafe.getFloat(toShifts + at)
        channel += 1
      }
      k += 1
    }
  }

  private def total(parts: Array[Double], group: Rows, channel: Int): Double = {
    var (sum, sample) = (0.0, group.first)
    while (sample < group.first + group.count) {
      sum += parts(runs.index(sample, channel))
      sample += 1
    }
    sum
  }

  /** Sets a channel's statistics. */
  private def measure(group: Rows, channel: Int): Unit = {
    val (at, count) = (place(group) + channel, group.count.toDouble * runs.pixels)
    means(at) = total(sums, group, channel) / count
    variances(at) = math.max(0.0, total(products, group, channel) / count - means(at) * means(at))
    inverses(at) = 1 / math.sqrt(variances(at) + epsilon)
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val bottoms = if (needs.data) Some((site.inputGradient(), site.inputGradient(1).pointer)) else None
    pass.jvm { () =>
      runs.sums(rows, output.gradient, input.data, sums, products)
      groups(rows).foreach(group => eachSample(group)(differentiate(place(group), _)))
      bottoms.foreach { case (bottom, toLabels) =>
        groups(rows).foreach(group => eachChannel(spread(group, _)))
        runs.combine(rows, output.gradient, input.data, bottom, a, b, c)
        eachSample(rows)(differentiateLabels(_, toLabels))
      }
      if (needs.weights) {
        storeGradients(rows, byScales, 0)
        storeGradients(rows, byShifts, labels * channels)
      }
    }
  }

  /** Sets the gradients by a sample's scales and shifts. */
  private def differentiate(first: Int, sample: Int): Unit = {
    var channel = 0
    while (channel < channels) {
      val i = runs.index(sample, channel)
      val at = sample * channels + channel
      byScales(at) = inverses(first + channel) * (products(i) - means(first + channel) * sums(i))
      byShifts(at) = sums(i)
      channel += 1
    }
  }

  /**
   * Sets the coefficients of the input's gradient in a channel of a group: with g the gradient by z,
   * s (g - mean(g) - z mean(g z)), or s g if the statistics are constants.
   */
  private def spread(group: Rows, channel: Int): Unit = {
    val place = this.place(group) + channel
    val (mean, inverse, count) = (means(place), inverses(place), group.count.toDouble * runs.pixels)
    var (g, gz, sample) = (0.0, 0.0, group.first)
    val end = group.first + (if (settings.training) group.count else 0)
    while (sample < end) {
      val at = sample * channels + channel
      g += scales(at) * byShifts(at)
      gz += scales(at) * byScales(at)
      sample += 1
    }
    val slope = -inverse * inverse * gz / count
    val constant = -inverse * g / count - mean * slope
    sample = group.first
    while (sample < group.first + group.count) {
      val i = runs.index(sample, channel)
      a(i) = (scales(sample * channels + channel) * inverse).toFloat
      b(i) = slope.toFloat
      c(i) = constant.toFloat
      sample += 1
    }
  }

  private def differentiateLabels(sample: Int, to: Long): Unit = {
    var k = 0
    while (k < labels) {
      var (sum, channel, at) = (0.0, 0, 4L * k * channels)
      while (channel < channels) {
        sum += byScales(sample * channels + channel) * unsafe.getFloat(toScales + at) +
          byShifts(sample * channels + channel) * unsafe.getFloat(toShifts + at)
        channel += 1
        at += 4
      }
      unsafe.putFloat(to + 4L * (sample.toLong * labels + k), sum.toFloat)
      k += 1
    }
  }

  private def storeGradients(rows: Rows, parts: Array[Double], offset: Int): Unit =
    settings.parallel.range(labels) { k =>
      val row = new Array[Double](channels)
      var sample = rows.first
      while (sample < rows.first + rows.count) {
        val y = label(sample, k)
        var channel = if (y == 0f) channels else 0
        while (channel < channels) {
          row(channel) += y * parts(sample * channels + channel)
          channel += 1
        }
        sample += 1
      }
      NativeMemory.write(row.map(_.toFloat), 0,
        memory.gradients + 4L * (node.weightOffset + offset + k * channels), channels)
    }

  override def updateState(rows: Rows): Unit = groups(rows).foreach { group =>
    val count = group.count.toDouble * runs.pixels
    val unbiased = if (count > 1) count / (count - 1) else 1.0
    move(means, place(group), node.stateOffset, 1.0)
    move(variances, place(group), node.stateOffset + channels, unbiased)
  }

  private def move(batch: Array[Double], first: Int, offset: Int, factor: Double): Unit = {
    var channel = 0
    while (channel < channels) {
      memory.state(offset + channel) = ((1 - momentum) * memory.state(offset + channel) +
        momentum * factor * batch(first + channel)).toFloat
      channel += 1
    }
  }
}
