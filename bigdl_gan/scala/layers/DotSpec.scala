package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.DotOp

/** The inner product of two vectors. */
private[gan] case object DotSpec extends LayerSpec {
  override def compile(site: Site): Op = new DotOp(site)
  override def dependence: Dependence = Dependence.Smooth

  def of(text: LayerText): CoreLayer = text.shapes("inputs") match {
    case Seq(first, second) if first.length == 1 && first.sameElements(second) =>
      CoreLayer(this, first, Array(1), Nil, others = Seq(second))
    case _ => text.refuse("inputs", "be two vectors of one length")
  }
}
