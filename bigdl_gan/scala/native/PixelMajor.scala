package com.intel.analytics.bigdl.dllib.gan.native

/**
 * The layout [group][C / 16][H * W][sample][16], for tensors (N, C, H, W).
 *
 * A pixel's sixteen channels for all of a group's samples are one run of memory, so an operation
 * that combines entire pixels works on long vectors. The engine sees NCHW16c with pixels as rows and
 * samples as columns, so operations that treat all positions alike (batch norm, activations) run
 * unchanged.
 */
private[gan] object PixelMajor {
  val Block = 16

  def blank(context: DnnContext, shape: Array[Int], batch: Int, groups: Int): Blob = {
    val samples = batch / groups
    val dims = Array(groups, shape(0), shape(1) * shape(2), samples)
    val layout = context.layout(dims, Format.NCHW16c)
    new Blob(context, layout, context.allocate(layout.bytes), samples)
  }
}
