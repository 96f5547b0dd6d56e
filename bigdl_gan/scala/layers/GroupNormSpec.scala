package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.GroupNormOp

/**
 * Normalisation of each sample's groups of channels, with a learned scale and shift for each
 * channel. Instance normalisation has as many groups as channels.
 */
private[gan] case class GroupNormSpec(groups: Int, epsilon: Double, scale: Boolean, center: Boolean)
  extends LayerSpec {
  override def compile(site: Site): Op = new GroupNormOp(site, groups, epsilon, scale, center)
  override def dependence: Dependence = Dependence.Smooth
  override def treatsPixelsAlike: Boolean = true
}

private[gan] object GroupNormSpec {
  def of(text: LayerText): CoreLayer = {
    val shape = text.shape("input")
    val groups = text.integer("groups", least = 1)
    if (shape(0) % groups != 0) text.refuse("groups", s"divide the ${shape(0)} channels")
    val (scale, center) = (text.flag("scale"), text.flag("center"))
    CoreLayer(GroupNormSpec(groups, text.number("epsilon", above = 0), scale, center), shape, shape,
      Seq(scale, center).filter(identity).map(_ => Array(shape(0))))
  }
}
