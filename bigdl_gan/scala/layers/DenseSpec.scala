package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.{DenseOp, InnerProductOp}
import com.intel.analytics.bigdl.dllib.nn.Linear

/** y = W x + b. */
private[gan] case class DenseSpec(bias: Boolean) extends LayerSpec {
  override def compile(site: Site): Op = {
    val (inputs, outputs) = (site.input.shape(0), site.node.shape(0))
    val mustAgree = !site.settings.training && !site.context.roundsRowsAlike(inputs)
    if (mustAgree || DenseOp.suits(site.batch, inputs, outputs)) new DenseOp(site, bias)
    else new InnerProductOp(site, bias)
  }

  override def dependence: Dependence = Dependence.Linear
}

private[gan] object LinearRule extends LayerRule[Linear[Float]] {
  override def apply(module: Linear[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] = {
    val isNative =
      inputs.head.length == 1 && module.wRegularizer == null && module.bRegularizer == null
    if (isNative) Some((DenseSpec(module.withBias), Array(module.outputSize))) else None
  }
}
