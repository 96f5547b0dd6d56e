package com.intel.analytics.bigdl.dllib.gan.native

/** How a tensor lies in memory. A context makes it; it lives as long as the context. */
private[gan] abstract class Layout {
  def dims: Array[Int]
  def element: Element
  def format: Format

  /** Of the memory, with padding. */
  def bytes: Long

  /** Whether a tensor in this layout is one in the other: same dims, type, order and padding. */
  def isLike(other: Layout): Boolean

  /** The same order of axes and blocks, for other dims of the same number. */
  def resized(dims: Array[Int]): Layout
}

private[gan] object Layout {
  /** A kernel (O, I, H, W) in square blocks of so many channels, which convolutions read. */
  def kernel(block: Int): Format = block match {
    case 16 => Format.OIHW16i16o
    case 8 => Format.OIHW8i8o
    case 1 => Format.OIHW
    case other => throw new IllegalStateException(s"No kernels are in blocks of $other.")
  }

  /** A tensor's axes for this shape: (N, C, H, W), or else (N, F). */
  def dims(batch: Int, shape: Array[Int]): Array[Int] =
    if (shape.length == 3) batch +: shape else Array(batch, shape.product)

  def plain(shape: Array[Int]): Format = if (shape.length == 3) Format.NCHW else Format.NC
}
