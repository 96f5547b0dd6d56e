package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Window, Workers}

/**
 * Max pooling's derivative times a tangent: under each window, the tangent where the value is largest.
 * Among equal values it is the first, as in the engine.
 *
 * @param input  (C, H, W)
 * @param output (C, H, W)
 */
private[gan] final class MaximumGather(window: Window, input: Array[Int], output: Array[Int],
  parallel: Workers) {
  private val unsafe = NativeMemory.unsafe

  /** A loop over all windows of all channels; the three tensors have one layout. */
  def apply(values: Blob, from: Blob, to: Blob): () => Unit = {
    val block = values.channelBlock
    val blocks = (input(0) + block - 1) / block
    val (inLength, outLength) = (input(1) * input(2) * block, output(1) * output(2) * block)
    () => parallel.range(values.dims(0) * blocks) { i =>
      val (sample, number) = (i / blocks, i % blocks)
      val inAt = 4L * (sample.toLong * values.stride + number.toLong * inLength)
      val outAt = 4L * (sample.toLong * to.stride + number.toLong * outLength)
      var c = 0
      while (c < block) {
        plane(values.pointer + inAt + 4L * c, from.pointer + inAt + 4L * c, to.pointer + outAt + 4L * c,
          block)
        c += 1
      }
    }
  }

  private def plane(values: Long, from: Long, to: Long, block: Int): Unit = {
    var y = 0
    while (y < output(1)) {
      var x = 0
      while (x < output(2)) {
        unsafe.putFloat(to + 4L * block * (y * output(2) + x),
          unsafe.getFloat(from + 4L * block * largest(values, block, y, x)))
        x += 1
      }
      y += 1
    }
  }

  /** The pixel with the first largest value under a window. */
  private def largest(values: Long, block: Int, y: Int, x: Int): Int = {
    val top = y * window.stride._1 - window.padding.top
    val left = x * window.stride._2 - window.padding.left
    var (best, found) = (Float.NegativeInfinity, -1)
    var row = math.max(top, 0)
    while (row < math.min(top + window.kernel._1, input(1))) {
      var column = math.max(left, 0)
      while (column < math.min(left + window.kernel._2, input(2))) {
        val pixel = row * input(2) + column
        val value = unsafe.getFloat(values + 4L * block * pixel)
        if (found < 0 || value > best) {
          best = value
          found = pixel
        }
        column += 1
      }
      row += 1
    }
    found
  }
}
