package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Padding, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.DeconvolutionOp
import com.intel.analytics.bigdl.dllib.gan.ops.tiled.{TiledConvolution, TiledDeconvolutionOp}
import com.intel.analytics.bigdl.dllib.nn.{Cropping2D, SpatialFullConvolution}

/** The transpose of the convolution with this window, from this layer's output to its input. */
private[gan] case class DeconvolutionSpec(window: Window, bias: Boolean) extends LayerSpec {
  override def compile(site: Site): Op =
    if (site.isPixelMajor) new TiledDeconvolutionOp(site, bias)
    else new DeconvolutionOp(site, window, bias)
  override def dependence: Dependence = Dependence.Linear

  override def kernel(input: Array[Int], output: Array[Int]): Option[Array[Int]] =
    Some(Array(input(0), output(0), window.kernel._1, window.kernel._2))

  override def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int],
    groups: Int, samples: Int): Boolean =
    TiledConvolution.suits(context, window, output, input, groups, samples)

  /** A crop of the output becomes additional padding of the window. */
  override def followedBy(next: Module[Float], shape: Array[Int])
  : Option[(LayerSpec, Array[Int])] = (next: Any) match {
    case crop: Cropping2D[_] if LayerRule.isChannelsFirst(crop.dataFormat) =>
      val (height, width, padding) = (crop.heightCrop, crop.widthCrop, window.padding)
      val cropped = Padding(padding.top + height(0), padding.left + width(0),
        padding.bottom + height(1), padding.right + width(1))
      Some((copy(window = window.copy(padding = cropped)),
        Array(shape(0), shape(1) - height.sum, shape(2) - width.sum)))
    case _ => None
  }
}

private[gan] object SpatialFullConvolutionRule extends LayerRule[SpatialFullConvolution[Float]] {
  override def apply(module: SpatialFullConvolution[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] =
    if (module.nGroup != 1 || module.wRegularizer != null || module.bRegularizer != null) None else {
      import module.{adjH, adjW, dH, dW, kH, kW, padH, padW}
      val shape = inputs.head
      val (height, bottom) = axis(shape(1), kH, dH, padH, adjH)
      val (width, right) = axis(shape(2), kW, dW, padW, adjW)
      val window = Window((kH, kW), (dH, dW), Padding(padH, padW, bottom, right))
      Some((DeconvolutionSpec(window, !module.noBias), Array(module.nOutputPlane, height, width)))
    }

  /** The output's length along one axis, and the padding at its end. */
  private def axis(size: Int, kernel: Int, stride: Int, pad: Int, adjust: Int): (Int, Int) =
    ((size - 1) * stride - 2 * pad + kernel + adjust, math.max(0, pad - adjust))
}
