package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.LayerNormOp

/** Normalisation of each sample, with a learned scale and shift for each of its values. */
private[gan] case class LayerNormSpec(epsilon: Double, scale: Boolean, center: Boolean)
  extends LayerSpec {
  override def compile(site: Site): Op = new LayerNormOp(site, epsilon, scale, center)
  override def dependence: Dependence = Dependence.Smooth
}

private[gan] object LayerNormSpec {
  def of(text: LayerText): CoreLayer = {
    val shape = text.shape("input")
    val (scale, center) = (text.flag("scale"), text.flag("center"))
    CoreLayer(LayerNormSpec(text.number("epsilon", above = 0), scale, center), shape, shape,
      Seq(scale, center).filter(identity).map(_ => Array(shape.product))) // one axis: no kernel
  }
}
