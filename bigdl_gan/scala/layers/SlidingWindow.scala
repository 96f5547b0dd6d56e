package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.{Padding, Window}

/** The geometry of dllib's convolutions and pooling layers. */
private[gan] object SlidingWindow {
  /**
   * The window, and the output's height and width, over an input (C, H, W).
   *
   * @param pad  (height, width) on each side; -1 means "same"
   * @param ceil whether a window may reach beyond the padding, so that every pixel is covered
   */
  def over(shape: Array[Int], kernel: (Int, Int), stride: (Int, Int), pad: (Int, Int),
    ceil: Boolean = false): (Window, Int, Int) = {
    val (top, bottom, height) = axis(shape(1), kernel._1, stride._1, pad._1, ceil)
    val (left, right, width) = axis(shape(2), kernel._2, stride._2, pad._2, ceil)
    (Window(kernel, stride, Padding(top, left, bottom, right)), height, width)
  }

  /** Padding at the beginning and the end, and the output's length, along one axis. */
  private def axis(size: Int, kernel: Int, stride: Int, pad: Int, ceil: Boolean)
  : (Int, Int, Int) =
    if (pad == -1) {
      val length = (size + stride - 1) / stride
      val total = math.max(0, (length - 1) * stride + kernel - size)
      (total / 2, total - total / 2, length)
    } else {
      val span = size + 2 * pad - kernel
      val rounded = (if (ceil) span + stride - 1 else span) / stride + 1
      val length = if (ceil && (rounded - 1) * stride >= size + pad) rounded - 1 else rounded
      (pad, math.max(pad, (length - 1) * stride + kernel - size - pad), length)
    }
}
