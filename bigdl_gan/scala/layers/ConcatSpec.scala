package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ConcatOp
import com.intel.analytics.bigdl.dllib.nn.JoinTable

/**
 * Joins its inputs along one axis.
 *
 * @param axis counts from 0 over the shape without the batch
 */
private[gan] case class ConcatSpec(axis: Int) extends LayerSpec {
  override def compile(site: Site): Op = new ConcatOp(site, axis)
  override def dependence: Dependence = Dependence.Linear
}

private[gan] object JoinTableRule extends LayerRule[JoinTable[Float]] {
  override def apply(module: JoinTable[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] = {
    val rank = inputs.head.length
    // dllib counts axes from 1, and counts the batch's unless nInputDims leaves it out.
    val axis = if (module.nInputDims == rank) module.dimension - 1 else module.dimension - 2
    if (axis < 0 || axis >= rank) None else {
      val shape = inputs.head.clone()
      shape(axis) = inputs.map(_(axis)).sum
      Some((ConcatSpec(axis), shape))
    }
  }
}
