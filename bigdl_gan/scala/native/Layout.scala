package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.Memory

private[gan] object Layout {
  /** Channels that lie next to each other: 16 in nChw16c, 1 in nchw and nc. */
  def channelBlock(format: Int): Int = format match {
    case Memory.Format.nChw16c => 16
    case Memory.Format.nChw8c => 8
    case Memory.Format.nchw | Memory.Format.nc => 1
    case other => throw new IllegalStateException(s"No loop is written for MKL-DNN format $other.")
  }

  /** A kernel (O, I, H, W) in square blocks of so many channels, which convolutions read. */
  def kernel(block: Int): Int = block match {
    case 16 => Memory.Format.OIhw16i16o
    case 8 => Memory.Format.OIhw8i8o
    case 1 => Memory.Format.oihw
    case other => throw new IllegalStateException(s"MKL-DNN has no kernels in blocks of $other.")
  }

  /** MKL-DNN's axes for a tensor of this shape: (N, C, H, W), or else (N, F). */
  def dims(batch: Int, shape: Array[Int]): Array[Int] =
    if (shape.length == 3) batch +: shape else Array(batch, shape.product)

  def plain(shape: Array[Int]): Int =
    if (shape.length == 3) Memory.Format.nchw else Memory.Format.nc
}
