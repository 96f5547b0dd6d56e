package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ReshapeOp
import com.intel.analytics.bigdl.dllib.nn.Reshape

/** Gives the same values, in their plain order, another shape. */
private[gan] case object ReshapeSpec extends LayerSpec {
  override def compile(site: Site): Op = new ReshapeOp(site)
  override def dependence: Dependence = Dependence.Linear
  override def end: Option[String] = None
}

private[gan] object ReshapeRule extends LayerRule[Reshape[Float]] {
  override def apply(module: Reshape[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (module.size.product == inputs.head.product) Some((ReshapeSpec, module.size)) else None
}
