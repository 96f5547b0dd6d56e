package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.{Memory, MklDnn}

/**
 * The layout [group][C / 16][H * W][sample][16], for tensors (N, C, H, W).
 *
 * One pixel of sixteen channels is a long run of memory: an operation that combines whole pixels
 * works on vectors of samples. For MKL-DNN it is nChw16c with the pixels as rows and the samples as
 * columns, so that what treats all positions alike (batch norm, activations) runs on it unchanged.
 */
private[gan] object PixelMajor {
  val Block = 16

  def blank(context: DnnContext, shape: Array[Int], batch: Int, groups: Int): Blob = {
    val samples = batch / groups
    val dims = Array(groups, shape(0), shape(1) * shape(2), samples)
    val pd = context.layout(dims, Memory.Format.nChw16c)
    new Blob(context, dims, pd, context.allocate(MklDnn.PrimitiveDescGetSize(pd)), samples)
  }
}
