package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.{Pool, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.PoolingOp
import com.intel.analytics.bigdl.dllib.nn.{SpatialAveragePooling, SpatialMaxPooling}

/** The largest or the mean value under a window over (C, H, W). */
private[gan] case class PoolingSpec(pool: Pool, window: Window) extends LayerSpec {
  override def compile(site: Site): Op = new PoolingOp(site, pool, window)
  override def dependence: Dependence =
    if (pool == Pool.Max) Dependence.PiecewiseLinear else Dependence.Linear
  override def end: Option[String] = None // means, too, stay in the values' range

  /** With the operation's number in MKL-DNN 0.19, as checkpoints have it. */
  override def toString: String = pool match {
    case Pool.Max => s"PoolingSpec(511,$window)"
    case Pool.MeanWithPadding => s"PoolingSpec(767,$window)"
    case Pool.MeanWithoutPadding => s"PoolingSpec(1023,$window)"
  }
}

private[gan] object SpatialMaxPoolingRule extends LayerRule[SpatialMaxPooling[Float]] {
  override def apply(module: SpatialMaxPooling[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (!LayerRule.isChannelsFirst(module.format)) None else {
      val (window, height, width) = SlidingWindow.over(inputs.head, (module.kH, module.kW),
        (module.dH, module.dW), (module.padH, module.padW), module.ceilMode)
      Some((PoolingSpec(Pool.Max, window), Array(inputs.head(0), height, width)))
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
      val pool = if (LayerRule.field[Boolean](module, "countIncludePad") && module.padH >= 0) {
        Pool.MeanWithPadding
      } else Pool.MeanWithoutPadding
      Some((PoolingSpec(pool, window), Array(shape(0), height, width)))
    }
  }
}
