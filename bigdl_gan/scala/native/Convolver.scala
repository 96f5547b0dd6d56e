package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.{AlgKind, Memory, MklDnn, PropKind}

/**
 * A convolution's three primitives in MKL-DNN, for any number of samples.
 *
 * @param source  (C, H, W) that the convolution reads
 * @param output  (C, H, W) that it writes
 * @param weights plain (output channels, source channels, height, width)
 */
private[gan] final class Convolver(context: DnnContext, source: Array[Int], output: Array[Int],
  window: Window, bias: Boolean) {
  private val any = Memory.Format.any
  private val strides = Array(window.stride._1, window.stride._2)
  private val dilation = Array(0, 0)
  private val padBegin = Array(window.padding.top, window.padding.left)
  private val padEnd = Array(window.padding.bottom, window.padding.right)
  private val zeroPadding = MklDnn.PaddingKind.mkldnnPaddingZero
  val weightDims: Array[Int] = Array(output(0), source(0), window.kernel._1, window.kernel._2)
  private val biasDesc =
    if (bias) context.memoryDesc(Array(output(0)), Memory.Format.x) else 0L
  private val forwards = scala.collection.mutable.Map[Int, Long]()

  private def desc(count: Int, shape: Array[Int], format: Int): Long =
    context.memoryDesc(count +: shape, format)

  private def weightDesc: Long = context.memoryDesc(weightDims, any)

  def forward(count: Int): Long = forwards.getOrElseUpdate(count, context.primitiveDesc(
    context.descriptor(MklDnn.DilatedConvForwardDescInit(PropKind.ForwardTraining,
      AlgKind.ConvolutionDirect, desc(count, source, any), weightDesc, biasDesc,
      desc(count, output, any), strides, dilation, padBegin, padEnd, zeroPadding))))

  // MKL-DNN 0.19's kernels for blocked layouts write noise to pixels that the stride skips and no
  // window covers; its kernels for plain layouts write zeros there.
  private val dataFormat =
    if (window.kernel._1 < strides(0) || window.kernel._2 < strides(1)) Memory.Format.nchw else any

  def backwardData(count: Int): Long = context.primitiveDesc(
    context.descriptor(MklDnn.DilatedConvBackwardDataDescInit(AlgKind.ConvolutionDirect,
      desc(count, source, dataFormat), weightDesc, desc(count, output, dataFormat), strides,
      dilation, padBegin, padEnd, zeroPadding)), forward(count))

  def backwardWeights(count: Int): Long = context.primitiveDesc(
    context.descriptor(MklDnn.DilatedConvBackwardWeightsDescInit(AlgKind.ConvolutionDirect,
      desc(count, source, any), weightDesc, biasDesc, desc(count, output, any), strides, dilation,
      padBegin, padEnd, zeroPadding)), forward(count))
}
