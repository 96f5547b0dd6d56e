package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.Window
import com.intel.analytics.bigdl.mkl.MklDnn

/** A window as MKL-DNN's descriptors take it. */
private[mkldnn] final class MklDnnWindow(window: Window) {
  val kernel: Array[Int] = Array(window.kernel._1, window.kernel._2)
  val strides: Array[Int] = Array(window.stride._1, window.stride._2)
  val dilation: Array[Int] = Array(0, 0)
  val padBegin: Array[Int] = Array(window.padding.top, window.padding.left)
  val padEnd: Array[Int] = Array(window.padding.bottom, window.padding.right)
  val zeroPadding: Int = MklDnn.PaddingKind.mkldnnPaddingZero
}
