package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.DropoutOp
import com.intel.analytics.bigdl.dllib.nn.Dropout

/** Sets a random share of the values to zero and scales the others up, in training only. */
private[gan] case class DropoutSpec(probability: Float) extends LayerSpec {
  override def compile(site: Site): Op = new DropoutOp(site, probability)
  override def dependence: Dependence = Dependence.Linear
}

private[gan] object DropoutRule extends LayerRule[Dropout[Float]] {
  override def apply(module: Dropout[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (module.scale && !module.inplace) Some((DropoutSpec(module.initP.toFloat), inputs.head)) else None
}
