package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.Window

private[onednn] object OneDnnWindow {
  /** Calls `body` with the address of a window as onednn.c takes it. */
  def of[A](window: Window)(body: Long => A): A = {
    val padding = window.padding
    Lists.ofInts(Array(window.stride._1, window.stride._2, 0, 0, padding.top, padding.left, padding.bottom,
      padding.right, window.kernel._1, window.kernel._2))(body)
  }
}
