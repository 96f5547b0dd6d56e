package com.intel.analytics.bigdl.dllib.gan.native

/** Zero padding of one window operator, in pixels, per side. */
private[gan] case class Padding(top: Int, left: Int, bottom: Int, right: Int)

/** Geometry for convolutions and pooling: kernel and stride are (height, width). */
private[gan] case class Window(kernel: (Int, Int), stride: (Int, Int), padding: Padding)

private[gan] object Window {
  val Pointwise: Window = Window((1, 1), (1, 1), Padding(0, 0, 0, 0))
}
