package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/**
 * Normalises each sample to mean 0 and variance 1, then scales and shifts each of its values. The
 * weights are the scales, then the shifts, in plain order; so tensors are plain here.
 */
private[gan] final class LayerNormOp(site: Site, epsilon: Double, scale: Boolean, center: Boolean)
  extends Op {
  import site.{context, input, memory, node, output}

  private val unsafe = NativeMemory.unsafe
  private val length = node.shape.product
  private val (dims, format) = (Layout.dims(output.batch, node.shape), Layout.plain(node.shape))
  private val plainSource = if (isPlain(input.data)) input.data else context.blob(dims, format)
  private lazy val plainGradient =
    if (isPlain(input.data)) site.inputGradient() else context.blob(dims, format)
  private val means = new Array[Double](site.batch)
  private val inverses = new Array[Double](site.batch) // of the standard deviations

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

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    if (needs.data) {
      pass.jvm(() => site.settings.parallel.range(rows.count)(i => differentiate(rows.first + i)))
      if (plainSource ne input.data) {
        pass.native(context.reorder(plainGradient.rows(rows), site.inputGradient().rows(rows)))
      }
    }
    if (needs.weights && (scale || center)) pass.jvm(() => storeGradients(rows))
  }

  // s (g - mean(g) - z mean(g z)), as in `GroupNormOp`
  private def differentiate(sample: Int): Unit = {
    val (x, dy) = (of(plainSource, sample), of(output.gradient, sample))
    val (mean, inverse, to) = (means(sample), inverses(sample), of(plainGradient, sample))
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

  private def storeGradients(rows: Rows): Unit =
    site.settings.parallel.range((length + LayerNormOp.Piece - 1) / LayerNormOp.Piece) { piece =>
      val first = piece * LayerNormOp.Piece
      val count = math.min(LayerNormOp.Piece, length - first)
      val (scales, shifts) = (new Array[Double](count), new Array[Double](count))
      var sample = rows.first
      while (sample < rows.first + rows.count) {
        val (x, dy) = (of(plainSource, sample) + 4L * first, of(output.gradient, sample) + 4L * first)
        val (mean, inverse) = (means(sample), inverses(sample))
        var i = 0
        while (i < count) {
          val g = unsafe.getFloat(dy + 4L * i).toDouble
          scales(i) += g * (unsafe.getFloat(x + 4L * i) - mean) * inverse
          shifts(i) += g
          i += 1
        }
        sample += 1
      }
      if (scale) store(scales, scalesAt + 4L * first)
      if (center) store(shifts, shiftsAt + 4L * first)
    }

  private def store(values: Array[Double], at: Long): Unit = {
    var i = 0
    while (i < values.length) {
      unsafe.putFloat(memory.gradients + at + 4L * i, values(i).toFloat)
      i += 1
    }
  }
}

private[gan] object LayerNormOp {
  private val Piece = 1 << 10 // values that a thread takes at once, of all samples
}
