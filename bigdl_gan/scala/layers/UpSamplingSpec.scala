package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.UpSamplingOp
import com.intel.analytics.bigdl.dllib.nn.UpSampling2D

/** Repeats rows and columns (height, width) times. */
private[gan] case class UpSamplingSpec(factor: (Int, Int)) extends LayerSpec {
  override def compile(site: Site): Op = new UpSamplingOp(site, factor)
  override def dependence: Dependence = Dependence.Linear
  override def end: Option[String] = None
}

private[gan] object UpSampling2DRule extends LayerRule[UpSampling2D[Float]] {
  override def apply(module: UpSampling2D[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (!LayerRule.isChannelsFirst(module.format)) None else {
      val (Array(rows, columns), Array(channels, height, width)) = (module.size, inputs.head)
      Some((UpSamplingSpec((rows, columns)), Array(channels, height * rows, width * columns)))
    }
}
