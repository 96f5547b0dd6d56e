package com.intel.analytics.bigdl.dllib.gan.native

/** The use of a piece of shared memory. Engines have uses of their own. */
private[gan] trait Scratch

private[gan] object Scratch {
  /** A tiled convolution's sums of source pixels. */
  case object SourcePlanes extends Scratch

  /** A tiled convolution's products, which make output pixels. */
  case object OutputPlanes extends Scratch
}
