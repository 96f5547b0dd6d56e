package com.intel.analytics.bigdl.dllib.gan.native

/** What pieces of shared memory are for. */
private[gan] sealed trait Scratch
private[gan] object Scratch {
  /** A tiled convolution's sums of source pixels. */
  case object SourcePlanes extends Scratch

  /** Its products, which make output pixels. */
  case object OutputPlanes extends Scratch
}
