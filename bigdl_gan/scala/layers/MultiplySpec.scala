package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.{ChannelScaleOp, MultiplyOp}

/** The element-wise product of two tensors of one shape, or of (C, H, W) and then (C, 1, 1). */
private[gan] case object MultiplySpec extends LayerSpec {
  override def compile(site: Site): Op =
    if (site.inputs(0).shape.sameElements(site.inputs(1).shape)) new MultiplyOp(site)
    else new ChannelScaleOp(site)
  override def dependence: Dependence = Dependence.Smooth

  def of(text: LayerText): CoreLayer = text.shapes("inputs") match {
    case Seq(first, second) if first.sameElements(second) || isScale(first, second) =>
      CoreLayer(this, first, first, Nil, others = Seq(second))
    case _ => text.refuse("inputs", "be two equal shapes, or (C, H, W) and (C, 1, 1)")
  }

  private def isScale(image: Array[Int], scales: Array[Int]): Boolean =
    image.length == 3 && scales.sameElements(Array(image(0), 1, 1))
}
