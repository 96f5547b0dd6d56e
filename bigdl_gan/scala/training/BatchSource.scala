package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.native.Blob

/** Gives an update its images and latents; `draw` counts discriminator passes. */
private[gan] trait BatchSource {
  def reals(draw: Int, target: Blob): Unit
  def latents(draw: Int, target: Blob): Unit
}
