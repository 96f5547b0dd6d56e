package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.native.Blob

/** Gives an update its images and latents; `draw` counts discriminator passes. */
private[gan] trait BatchSource {
  /** @param labels where the images' label vectors go, if the networks take any */
  def reals(draw: Int, target: Blob, labels: Option[Blob]): Unit
  def latents(draw: Int, target: Blob): Unit
}
