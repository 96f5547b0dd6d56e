package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/**
 * Normalises each sample's groups of channels to mean 0 and variance 1, then scales and shifts each
 * channel. The weights are the scales, then the shifts.
 *
 * MKL-DNN's batch normalisation would do only if a group's channels lay side by side.
 */
private[gan] final class GroupNormOp(site: Site, groups: Int, epsilon: Double, scale: Boolean,
  center: Boolean) extends Op {
  import site.{input, memory, node, output}

  output.setBlob(input.data.blank())

  private val channels = node.shape(0)
  private val size = channels / groups
  private val runs = new ChannelRuns(site, input.data)
  private val count = size.toDouble * runs.pixels
  private val means = new Array[Double](site.batch * groups)
  private val inverses = new Array[Double](site.batch * groups) // of the standard deviations

  private val (sums, products) = (new Array[Double](runs.length), new Array[Double](runs.length))
  private val (a, b, c) =
    (new Array[Float](runs.length), new Array[Float](runs.length), new Array[Float](runs.length))

  private val scalesAt = 4L * node.weightOffset
  private val shiftsAt = scalesAt + (if (scale) 4L * channels else 0L)
  private def scaleOf(channel: Int): Double =
    if (scale) NativeMemory.unsafe.getFloat(memory.weights + scalesAt + 4L * channel) else 1.0
  private def shiftOf(channel: Int): Double =
    if (center) NativeMemory.unsafe.getFloat(memory.weights + shiftsAt + 4L * channel) else 0.0

  override def forward(pass: Pass, rows: Rows): Unit = pass.jvm { () =>
    runs.sums(rows, input.data, input.data, sums, products)
    eachGroup(rows)(normalise)
    runs.scale(rows, input.data, output.data, a, c)
  }

  private def eachGroup(rows: Rows)(body: (Int, Int) => Unit): Unit =
    site.settings.parallel.range(rows.count) { i =>
      var group = 0
      while (group < groups) {
        body(rows.first + i, group)
        group += 1
      }
    }

  /** Sets the coefficients of the output. */
  private def normalise(sample: Int, group: Int): Unit = {
    val first = group * size
    val end = first + size
    var sum = 0.0
    var square = 0.0
    var channel = first
    while (channel < end) {
      val i = runs.index(sample, channel)
      sum += sums(i)
      square += products(i)
      channel += 1
    }
    val mean = sum / count
    val inverse = 1 / math.sqrt(math.max(0.0, square / count - mean * mean) + epsilon)
    means(sample * groups + group) = mean
    inverses(sample * groups + group) = inverse
    channel = first
    while (channel < end) {
      val i = runs.index(sample, channel)
      val slope = scaleOf(channel) * inverse
      a(i) = slope.toFloat
      c(i) = (shiftOf(channel) - mean * slope).toFloat
      channel += 1
    }
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = pass.jvm { () =>
    runs.sums(rows, output.gradient, input.data, sums, products)
    eachGroup(rows)(differentiate)
    if (needs.data) {
      runs.combine(rows, output.gradient, input.data, site.inputGradient(), a, b, c)
    }
    if (needs.weights) storeGradients(rows)
  }

  /**
   * Sets the coefficients of the input's gradient, s (g - mean(g) - z mean(g z)), where z is the
   * normalised input, s the inverse standard deviation, and g the gradient by z. Turns the
   * products into the gradients by the scales.
   */
  private def differentiate(sample: Int, group: Int): Unit = {
    val first = group * size
    val end = first + size
    val mean = means(sample * groups + group)
    val inverse = inverses(sample * groups + group)
    var g = 0.0
    var gz = 0.0
    var channel = first
    while (channel < end) {
      val i = runs.index(sample, channel)
      products(i) = (products(i) - mean * sums(i)) * inverse
      g += scaleOf(channel) * sums(i)
      gz += scaleOf(channel) * products(i)
      channel += 1
    }
    val slope = -inverse * inverse * gz / count
    val constant = -inverse * g / count - mean * slope
    channel = first
    while (channel < end) {
      val i = runs.index(sample, channel)
      a(i) = (scaleOf(channel) * inverse).toFloat
      b(i) = slope.toFloat
      c(i) = constant.toFloat
      channel += 1
    }
  }

  private def storeGradients(rows: Rows): Unit = {
    if (scale) store(rows, products, scalesAt)
    if (center) store(rows, sums, shiftsAt)
  }

  private def store(rows: Rows, parts: Array[Double], at: Long): Unit =
    site.settings.parallel.range(channels) { channel =>
      var total = 0.0
      var sample = rows.first
      while (sample < rows.first + rows.count) {
        total += parts(runs.index(sample, channel))
        sample += 1
      }
      NativeMemory.unsafe.putFloat(memory.gradients + at + 4L * channel, total.toFloat)
    }
}
