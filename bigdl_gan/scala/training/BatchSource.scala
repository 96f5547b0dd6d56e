package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.native.Blob

/** Where an update gets its images and latents from; `draw` counts discriminator passes. */
private[gan] trait BatchSource {
  def reals(draw: Int, target: Blob): Unit
  def latents(draw: Int, target: Blob): Unit
}
