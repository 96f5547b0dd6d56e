package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}

/**
 * Normalises each sample to mean 0 and variance 1, then scales and shifts each of its values. The
 * weights are the scales, then the shifts, in plain order; so tensors are plain here.
 *
 * Below, z is the normalised input, s the inverse standard deviation, and J v =
 * s (v - mean(v) - z mean(v z)) z's derivative along v, as in `GroupNormOp`.
 */
private[gan] final class LayerNormOp(site: Site, epsilon: Double, scale: Boolean, center: Boolean)
  extends TwiceOp {
  import site.{context, input, memory, node, output}

  private val unsafe = NativeMemory.unsafe
  private val length = node.shape.product
  private val (dims, format) = (Layout.dims(output.batch, node.shape), Layout.plain(node.shape))
  private val plainSource = if (isPlain(input.data)) input.data else context.blob(dims, format)
  private lazy val plainGradient = context.blob(dims, format) // or adjoint
  private lazy val plainTangent =
    if (isPlain(input.data)) input.face(Face.Tangent) else context.blob(dims, format)
  private val means = new Array[Double](site.batch)
  private val inverses = new Array[Double](site.batch) // of the standard deviations
  // For penalties only. Of tangents t: mean(t), and mean(t z); zero in rows that never have any
  private lazy val tangentMeans = new Array[Double](site.batch)
  private lazy val tangentProducts = new Array[Double](site.batch)

  output.setBlob(context.blob(dims, format))

  private def isPlain(blob: Blob): Boolean = blob.channelBlock == 1

  private val scalesAt = 4L * node.weightOffset
  private val shiftsAt = scalesAt + (if (scale) 4L * length else 0L)
  private def scaleOf(i: Int): Float =
    if (scale) unsafe.getFloat(memory.weights + scalesAt + 4L * i) else 1f
  private def shiftOf(i: Int): Float =
    if (center) unsafe.getFloat(memory.weights + shiftsAt + 4L * i) else 0f

  private def of(blob: Blob, sample: Int): Long = blob.pointer + 4L * sample * length

  override def forward(pass: Pass, rows: Rows): Unit = {
    if (plainSource ne input.data) {
      pass.native(context.reorder(input.data.rows(rows), plainSource.rows(rows)))
    }
    pass.jvm(() => site.settings.parallel.range(rows.count)(i => normalise(rows.first + i)))
  }

  private def normalise(sample: Int): Unit = {
    val (from, to) = (of(plainSource, sample), of(output.data, sample))
    var (sum, square, i) = (0.0, 0.0, 0)
    while (i < length) {
      val x = unsafe.getFloat(from + 4L * i).toDouble
      sum += x
      square += x * x
      i += 1
    }
    val mean = sum / length
    val inverse = 1 / math.sqrt(math.max(0.0, square / length - mean * mean) + epsilon)
    means(sample) = mean
    inverses(sample) = inverse
    i = 0
    while (i < length) {
      val z = ((unsafe.getFloat(from + 4L * i) - mean) * inverse).toFloat
      unsafe.putFloat(to + 4L * i, z * scaleOf(i) + shiftOf(i))
      i += 1
    }
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (top, bottom) = (output.face(face), site.inputGradient(face = face))
    val to = if (isPlain(bottom)) bottom else plainGradient
    eachSample(pass, rows)(differentiate(_, top, to))
    if (to ne bottom) pass.native(context.reorder(to.rows(rows), bottom.rows(rows)))
  }

  private def eachSample(pass: Pass, rows: Rows)(body: Int => Unit): Unit =
    pass.jvm(() => site.settings.parallel.range(rows.count)(i => body(rows.first + i)))

  // J g, where g is the gradient by z
  private def differentiate(sample: Int, top: Blob, bottom: Blob): Unit = {
    val (x, dy) = (of(plainSource, sample), of(top, sample))
    val (mean, inverse, to) = (means(sample), inverses(sample), of(bottom, sample))
    var (sum, product, i) = (0.0, 0.0, 0)
    while (i < length) {
      val g = unsafe.getFloat(dy + 4L * i).toDouble * scaleOf(i)
      sum += g
      product += g * (unsafe.getFloat(x + 4L * i) - mean) * inverse
      i += 1
    }
    sum /= length
    product /= length
    i = 0
    while (i < length) {
      val g = unsafe.getFloat(dy + 4L * i).toDouble * scaleOf(i)
      val z = (unsafe.getFloat(x + 4L * i) - mean) * inverse
      unsafe.putFloat(to + 4L * i, (inverse * (g - sum - z * product)).toFloat)
      i += 1
    }
  }

  override def hasWeights: Boolean = scale || center

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = if (scale || center && sweep.biases) {
    val top = output.face(sweep.top)
    val tangents = if (sweep.source == Face.Tangent) Some(plainTangent) else None
    pass.jvm(() => storeGradients(rows, sweep, top, tangents))
  }

  private def storeGradients(rows: Rows, sweep: WeightSweep, top: Blob,
    tangents: Option[Blob]): Unit =
    site.settings.parallel.range((length + LayerNormOp.Piece - 1) / LayerNormOp.Piece) { piece =>
      val first = piece * LayerNormOp.Piece
      val count = math.min(LayerNormOp.Piece, length - first)
      val (scales, shifts) = (new Array[Double](count), new Array[Double](count))
      var sample = rows.first
      while (sample < rows.first + rows.count) {
        val dy = of(top, sample) + 4L * first
        tangents match {
          case Some(blob) => addTangents(sample, first, of(blob, sample) + 4L * first, dy, scales)
          case None => addValues(sample, of(plainSource, sample) + 4L * first, dy, scales, shifts)
        }
        sample += 1
      }
      val gradients = if (sweep.extra) memory.extraGradients else memory.gradients
      if (scale) store(scales, gradients + scalesAt + 4L * first)
      if (center && sweep.biases) store(shifts, gradients + shiftsAt + 4L * first)
    }

  private def addValues(sample: Int, x: Long, dy: Long, scales: Array[Double],
    shifts: Array[Double]): Unit = {
    val (mean, inverse) = (means(sample), inverses(sample))
    var i = 0
    while (i < scales.length) {
      val g = unsafe.getFloat(dy + 4L * i).toDouble
      scales(i) += g * (unsafe.getFloat(x + 4L * i) - mean) * inverse
      shifts(i) += g
      i += 1
    }
  }

  /** With J t in place of z. */
  private def addTangents(sample: Int, first: Int, t: Long, dy: Long,
    scales: Array[Double]): Unit = {
    val x = of(plainSource, sample) + 4L * first
    var i = 0
    while (i < scales.length) {
      scales(i) += unsafe.getFloat(dy + 4L * i) *
        turned(sample, unsafe.getFloat(x + 4L * i), unsafe.getFloat(t + 4L * i))
      i += 1
    }
  }

  private def store(values: Array[Double], at: Long): Unit = {
    var i = 0
    while (i < values.length) {
      unsafe.putFloat(at + 4L * i, values(i).toFloat)
      i += 1
    }
  }

  override def tangent(pass: Pass, rows: Rows): Unit = {
    val (from, to) = (input.face(Face.Tangent), output.face(Face.Tangent))
    if (plainTangent ne from) {
      pass.native(context.reorder(from.rows(rows), plainTangent.rows(rows)))
    }
    eachSample(pass, rows)(turn(_, to))
  }

  /** One value of J t. */
  private def turned(sample: Int, x: Float, t: Float): Double = {
    val inverse = inverses(sample)
    inverse * (t - tangentMeans(sample) - (x - means(sample)) * inverse * tangentProducts(sample))
  }

  private def turn(sample: Int, output: Blob): Unit = {
    val (x, t, to) = (of(plainSource, sample), of(plainTangent, sample), of(output, sample))
    val (mean, inverse) = (means(sample), inverses(sample))
    var (sum, product, i) = (0.0, 0.0, 0)
    while (i < length) {
      val tangent = unsafe.getFloat(t + 4L * i).toDouble
      sum += tangent
      product += tangent * (unsafe.getFloat(x + 4L * i) - mean) * inverse
      i += 1
    }
    tangentMeans(sample) = sum / length
    tangentProducts(sample) = product / length
    i = 0
    while (i < length) {
      val value = turned(sample, unsafe.getFloat(x + 4L * i), unsafe.getFloat(t + 4L * i))
      unsafe.putFloat(to + 4L * i, (value * scaleOf(i)).toFloat)
      i += 1
    }
  }

  override def curvature(pass: Pass, rows: Rows): Unit = {
    val (top, adjoint) = (output.gradient, site.inputGradient(face = Face.Adjoint))
    if (isPlain(adjoint)) eachSample(pass, rows)(bend(_, top, adjoint))
    else {
      pass.native(context.reorder(adjoint.rows(rows), plainGradient.rows(rows)))
      eachSample(pass, rows)(bend(_, top, plainGradient))
      pass.native(context.reorder(plainGradient.rows(rows), adjoint.rows(rows)))
    }
  }

  // -s (z mean(g J t) + mean(t z) J g + mean(g z) J t), as in `GroupNormOp`
  private def bend(sample: Int, top: Blob, adjoint: Blob): Unit = {
    val (x, t, dy) = (of(plainSource, sample), of(plainTangent, sample), of(top, sample))
    val (mean, inverse, to) = (means(sample), inverses(sample), of(adjoint, sample))
    var (gradientMean, gz, gjt, i) = (0.0, 0.0, 0.0, 0)
    while (i < length) {
      val g = unsafe.getFloat(dy + 4L * i).toDouble * scaleOf(i)
      val value = unsafe.getFloat(x + 4L * i)
      gradientMean += g
      gz += g * (value - mean) * inverse
      gjt += g * turned(sample, value, unsafe.getFloat(t + 4L * i))
      i += 1
    }
    gradientMean /= length
    gz /= length
    gjt /= length
    val tz = tangentProducts(sample)
    i = 0
    while (i < length) {
      val g = unsafe.getFloat(dy + 4L * i).toDouble * scaleOf(i)
      val value = unsafe.getFloat(x + 4L * i)
      val z = (value - mean) * inverse
      val added = -inverse * (z * gjt + tz * inverse * (g - gradientMean - z * gz) +
        gz * turned(sample, value, unsafe.getFloat(t + 4L * i)))
      unsafe.putFloat(to + 4L * i, (unsafe.getFloat(to + 4L * i) + added).toFloat)
      i += 1
    }
  }
}

private[gan] object LayerNormOp {
  private val Piece = 1 << 10 // values that a thread takes at once, of all samples
}
