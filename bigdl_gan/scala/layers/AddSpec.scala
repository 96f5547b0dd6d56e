package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.AddOp
import com.intel.analytics.bigdl.dllib.nn.CAddTable

/** The element-wise sum of its inputs. */
private[gan] case object AddSpec extends LayerSpec {
  override def compile(site: Site): Op = new AddOp(site)
  override def dependence: Dependence = Dependence.Linear
}

private[gan] object CAddTableRule extends LayerRule[CAddTable[Float, Float]] {
  override def apply(module: CAddTable[Float, Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (inputs.forall(_.sameElements(inputs.head))) Some((AddSpec, inputs.head)) else None
}
