package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.PixelNormOp

/** Division of each pixel's channels by their root mean square. */
private[gan] case class PixelNormSpec(epsilon: Double) extends LayerSpec {
  override def compile(site: Site): Op = new PixelNormOp(site, epsilon)
  override def dependence: Dependence = Dependence.Smooth
  override def treatsPixelsAlike: Boolean = true
}

private[gan] object PixelNormSpec {
  def of(text: LayerText): CoreLayer = {
    val shape = text.shape("input")
    CoreLayer(PixelNormSpec(text.number("epsilon", above = 0)), shape, shape, Nil)
  }
}
