package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ConvolutionOp
import com.intel.analytics.bigdl.dllib.gan.ops.tiled.{TiledConvolution, TiledConvolutionOp}
import com.intel.analytics.bigdl.dllib.nn.SpatialConvolution

/** A convolution over (C, H, W). */
private[gan] case class ConvolutionSpec(window: Window, bias: Boolean) extends LayerSpec {
  override def compile(site: Site): Op =
    if (site.isPixelMajor) new TiledConvolutionOp(site, bias) else new ConvolutionOp(site, window, bias)
  override def dependence: Dependence = Dependence.Linear

  override def kernel(input: Array[Int], output: Array[Int]): Option[Array[Int]] =
    Some(Array(output(0), input(0), window.kernel._1, window.kernel._2))

  override def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int],
    groups: Int, samples: Int): Boolean =
    TiledConvolution.suits(context, window, input, output, groups, samples)
}

/** A convolution over (C, H, W) in groups of channels: the outputs of one read only its inputs. */
private[gan] case class GroupedConvolutionSpec(window: Window, bias: Boolean, groups: Int)
  extends LayerSpec {
  override def compile(site: Site): Op = new ConvolutionOp(site, window, bias, groups)
  override def dependence: Dependence = Dependence.Linear
}

private[gan] object ConvolutionSpec {
  def of(window: Window, bias: Boolean, groups: Int): LayerSpec =
    if (groups == 1) ConvolutionSpec(window, bias) else GroupedConvolutionSpec(window, bias, groups)
}

private[gan] object SpatialConvolutionRule extends LayerRule[SpatialConvolution[Float]] {
  override def apply(module: SpatialConvolution[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] = {
    val isPlain = LayerRule.isChannelsFirst(module.format) &&
      module.wRegularizer == null && module.bRegularizer == null &&
      module.getClass == classOf[SpatialConvolution[_]]
    if (!isPlain) None else {
      val (window, height, width) = SlidingWindow.over(inputs.head,
        (module.kernelH, module.kernelW), (module.strideH, module.strideW), (module.padH, module.padW))
      Some((ConvolutionSpec.of(window, module.withBias, module.nGroup),
        Array(module.nOutputPlane, height, width)))
    }
  }
}
