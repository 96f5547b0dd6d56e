package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.{MklDnn, PropKind}

/** A window's two pooling primitives in MKL-DNN, for any number of samples. */
private[gan] final class Pooler(context: DnnContext, algorithm: Int, window: Window,
  outputShape: Array[Int]) {
  private val strides = Array(window.stride._1, window.stride._2)
  private val kernel = Array(window.kernel._1, window.kernel._2)
  private val padBegin = Array(window.padding.top, window.padding.left)
  private val padEnd = Array(window.padding.bottom, window.padding.right)
  private val zeroPadding = MklDnn.PaddingKind.mkldnnPaddingZero

  private def desc(blob: Blob): Long = context.memoryDesc(blob.dims, blob.format)

  def forward(source: Blob): Long = context.primitiveDesc(context.descriptor(
    MklDnn.PoolingForwardDescInit(PropKind.ForwardTraining, algorithm, desc(source),
      context.memoryDesc(source.dims(0) +: outputShape, source.format), strides, kernel, padBegin,
      padEnd, zeroPadding)))

  def backward(source: Blob): Long = context.primitiveDesc(context.descriptor(
    MklDnn.PoolingBackwardDescInit(algorithm, desc(source),
      context.memoryDesc(source.dims(0) +: outputShape, source.format), strides, kernel, padBegin,
      padEnd, zeroPadding)), forward(source))
}
