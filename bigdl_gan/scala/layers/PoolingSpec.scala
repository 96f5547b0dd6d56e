package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.Window
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.PoolingOp
import com.intel.analytics.bigdl.dllib.nn.{SpatialAveragePooling, SpatialMaxPooling}
import com.intel.analytics.bigdl.mkl.AlgKind

/** The largest or the mean value under a window over (C, H, W). */
private[gan] case class PoolingSpec(algorithm: Int, window: Window) extends LayerSpec {
  override def compile(site: Site): Op = new PoolingOp(site, algorithm, window)
  override def dependence: Dependence =
    if (algorithm == AlgKind.PoolingMax) Dependence.PiecewiseLinear else Dependence.Linear
  override def end: Option[String] = None // means, too, stay in the values' range
}

private[gan] object SpatialMaxPoolingRule extends LayerRule[SpatialMaxPooling[Float]] {
  override def apply(module: SpatialMaxPooling[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (!LayerRule.isChannelsFirst(module.format)) None else {
      val (window, height, width) = SlidingWindow.over(inputs.head, (module.kH, module.kW),
        (module.dH, module.dW), (module.padH, module.padW), module.ceilMode)
      Some((PoolingSpec(AlgKind.PoolingMax, window), Array(inputs.head(0), height, width)))
    }
}

private[gan] object SpatialAveragePoolingRule extends LayerRule[SpatialAveragePooling[Float]] {
  override def apply(module: SpatialAveragePooling[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] = {
    val divides = LayerRule.field[Boolean](module, "divide")
    if (!LayerRule.isChannelsFirst(module.format) || module.ceilMode || !divides) None else {
      val shape = inputs.head
      val kernel = if (module.globalPooling) (shape(1), shape(2)) else (module.kH, module.kW)
      val (window, height, width) =
        SlidingWindow.over(shape, kernel, (module.dH, module.dW), (module.padH, module.padW))
      val algorithm = if (LayerRule.field[Boolean](module, "countIncludePad") && module.padH >= 0) {
        AlgKind.PoolingAvgIncludePadding
      } else AlgKind.PoolingAvgExcludePadding
      Some((PoolingSpec(algorithm, window), Array(shape(0), height, width)))
    }
  }
}
