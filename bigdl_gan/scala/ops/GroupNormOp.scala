package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Needs, Site, TwiceOp, WeightSweep}

/**
 * Normalises each sample's groups of channels to mean 0 and variance 1, then scales and shifts each
 * channel. The weights are the scales, then the shifts.
 *
 * MKL-DNN's batch normalisation would do only if a group's channels lay side by side.
 *
 * Below, z is the normalised input, s the inverse standard deviation, and J v =
 * s (v - mean(v) - z mean(v z)) z's derivative along v, a symmetric matrix times v.
 */
private[gan] final class GroupNormOp(site: Site, groups: Int, epsilon: Double, scale: Boolean,
  center: Boolean) extends TwiceOp {
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

  // For penalties only. Of tangents t: mean(t), and mean(t z); zero in rows that never have any
  private lazy val tangentMeans = new Array[Double](site.batch * groups)
  private lazy val tangentProducts = new Array[Double](site.batch * groups)
  private lazy val crossed = new Array[Double](runs.length)
  private lazy val d = new Array[Float](runs.length)

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

  /** Both halves, from the same sums. */
  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = pass.jvm { () =>
    differentiate(rows, output.gradient)
    if (needs.data) {
      runs.combine(rows, output.gradient, input.data, site.inputGradient(), a, b, c)
    }
    if (needs.weights) storeGradients(rows, WeightSweep.Ordinary)
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (top, bottom) = (output.face(face), site.inputGradient(face = face))
    pass.jvm { () =>
      differentiate(rows, top)
      runs.combine(rows, top, input.data, bottom, a, b, c)
    }
  }

  override def hasWeights: Boolean = scale || center

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = if (scale || center && sweep.biases) {
    val top = output.face(sweep.top)
    val tangents = if (sweep.source == Face.Tangent) Some(input.face(Face.Tangent)) else None
    pass.jvm { () =>
      tangents match {
        case Some(of) => differentiateTangents(rows, top, of)
        case None => differentiate(rows, top)
      }
      storeGradients(rows, sweep)
    }
  }

  private def differentiate(rows: Rows, top: Blob): Unit = {
    runs.sums(rows, top, input.data, sums, products)
    eachGroup(rows)(differentiate)
  }

  /**
   * Sets the coefficients of the input's gradient, J g, where g is the gradient by z. Turns the
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

  /** The scales' gradients are in `products`. */
  private def storeGradients(rows: Rows, sweep: WeightSweep): Unit = {
    val gradients = if (sweep.extra) memory.extraGradients else memory.gradients
    if (scale) store(rows, products, gradients + scalesAt)
    if (center && sweep.biases) store(rows, sums, gradients + shiftsAt)
  }

  private def store(rows: Rows, parts: Array[Double], at: Long): Unit =
    site.settings.parallel.range(channels) { channel =>
      var total = 0.0
      var sample = rows.first
      while (sample < rows.first + rows.count) {
        total += parts(runs.index(sample, channel))
        sample += 1
      }
      NativeMemory.unsafe.putFloat(at + 4L * channel, total.toFloat)
    }

  override def tangent(pass: Pass, rows: Rows): Unit = {
    val (from, to) = (input.face(Face.Tangent), output.face(Face.Tangent))
    pass.jvm { () =>
      runs.sums(rows, from, input.data, sums, products)
      eachGroup(rows)(turn)
      runs.combine(rows, from, input.data, to, a, b, c)
    }
  }

  /** Sets the coefficients of the output's tangent, scale J t, where t is the input's. */
  private def turn(sample: Int, group: Int): Unit = {
    val place = sample * groups + group
    val (mean, inverse) = (means(place), inverses(place))
    val tangentMean = total(sums, sample, group) / count
    val product = (total(products, sample, group) / count - mean * tangentMean) * inverse
    tangentMeans(place) = tangentMean
    tangentProducts(place) = product
    val slope = -inverse * inverse * product
    val constant = -inverse * tangentMean - mean * slope
    var channel = group * size
    while (channel < (group + 1) * size) {
      val i = runs.index(sample, channel)
      a(i) = (scaleOf(channel) * inverse).toFloat
      b(i) = (scaleOf(channel) * slope).toFloat
      c(i) = (scaleOf(channel) * constant).toFloat
      channel += 1
    }
  }

  /** Over a group's channels. */
  private def total(parts: Array[Double], sample: Int, group: Int): Double = {
    var sum = 0.0
    var channel = group * size
    while (channel < (group + 1) * size) {
      sum += parts(runs.index(sample, channel))
      channel += 1
    }
    sum
  }

  /** Over a group's channels, each times its scale. */
  private def scaledTotal(parts: Array[Double], sample: Int, group: Int): Double = {
    var sum = 0.0
    var channel = group * size
    while (channel < (group + 1) * size) {
      sum += scaleOf(channel) * parts(runs.index(sample, channel))
      channel += 1
    }
    sum
  }

  private def sumsWithTangents(rows: Rows, top: Blob, tangents: Blob): Unit = {
    runs.sums(rows, top, tangents, sums, crossed)
    runs.sums(rows, top, input.data, sums, products)
  }

  /** Sets the products to the gradients by the scales, whose factor is J t in place of z. */
  private def differentiateTangents(rows: Rows, top: Blob, tangents: Blob): Unit = {
    sumsWithTangents(rows, top, tangents)
    eachGroup(rows) { (sample, group) =>
      val place = sample * groups + group
      val (mean, inverse) = (means(place), inverses(place))
      var channel = group * size
      while (channel < (group + 1) * size) {
        val i = runs.index(sample, channel)
        val ofZ = (products(i) - mean * sums(i)) * inverse
        products(i) = inverse *
          (crossed(i) - tangentMeans(place) * sums(i) - tangentProducts(place) * ofZ)
        channel += 1
      }
    }
  }

  override def curvature(pass: Pass, rows: Rows): Unit = {
    val (top, tangents) = (output.gradient, input.face(Face.Tangent))
    val to = site.inputGradient(face = Face.Adjoint)
    pass.jvm { () =>
      sumsWithTangents(rows, top, tangents)
      eachGroup(rows)(bend)
      runs.add(rows, top, tangents, input.data, to, a, b, c, d)
    }
  }

  /**
   * Sets the coefficients of the derivative of g J t by the input, with g the gradient by z:
   * {{{
   *   -s (z mean(g J t) + mean(t z) J g + mean(g z) J t)
   * }}}
   */
  private def bend(sample: Int, group: Int): Unit = {
    val place = sample * groups + group
    val (mean, inverse) = (means(place), inverses(place))
    val (tangentMean, tz) = (tangentMeans(place), tangentProducts(place))
    val gradientMean = scaledTotal(sums, sample, group) / count
    val gz = (scaledTotal(products, sample, group) / count - mean * gradientMean) * inverse
    val gt = scaledTotal(crossed, sample, group) / count - gradientMean * tangentMean - gz * tz
    val square = inverse * inverse
    val slope = -square * inverse * (gt - 2 * gz * tz)
    val constant = square * (tz * gradientMean + gz * tangentMean) - mean * slope
    var channel = group * size
    while (channel < (group + 1) * size) {
      val i = runs.index(sample, channel)
      a(i) = (-square * tz * scaleOf(channel)).toFloat
      b(i) = (-square * gz).toFloat
      c(i) = slope.toFloat
      d(i) = constant.toFloat
      channel += 1
    }
  }
}
