package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.BatchNormOp
import com.intel.analytics.bigdl.dllib.nn.abstractnn.DataFormat
import com.intel.analytics.bigdl.dllib.nn.{BatchNormalization, SpatialBatchNormalization}

/**
 * Batch normalisation per channel, with a learned scale and shift.
 *
 * @param momentum the new batch's weight in the running averages
 */
private[gan] case class BatchNormSpec(epsilon: Float, momentum: Float) extends LayerSpec {
  override def compile(site: Site): Op = new BatchNormOp(site, epsilon, momentum)
  override def mixesSamples: Boolean = true
  override def runningMomentum: Option[Double] = Some(momentum)
  override def treatsPixelsAlike: Boolean = true
}

private[gan] object BatchNormSpec {
  def of(module: BatchNormalization[Float]): BatchNormSpec =
    BatchNormSpec(module.eps.toFloat, module.momentum.toFloat)
}

private[gan] object SpatialBatchNormalizationRule extends LayerRule[SpatialBatchNormalization[Float]] {
  override def apply(module: SpatialBatchNormalization[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] = {
    val isNative = inputs.head.length == 3 && module.affine &&
      LayerRule.isChannelsFirst(LayerRule.field[DataFormat](module, "dataFormat"))
    if (isNative) Some((BatchNormSpec.of(module), inputs.head)) else None
  }
}

private[gan] object BatchNormalizationRule extends LayerRule[BatchNormalization[Float]] {
  override def apply(module: BatchNormalization[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (inputs.head.length == 1 && module.affine) Some((BatchNormSpec.of(module), inputs.head)) else None
}
