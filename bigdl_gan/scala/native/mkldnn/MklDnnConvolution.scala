package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import scala.collection.mutable.{Map => MutableMap}

import com.intel.analytics.bigdl.dllib.gan.native.{Operation, Role, Weighted, Window}
import com.intel.analytics.bigdl.mkl.{AlgKind, Memory, MklDnn, PropKind}

private[mkldnn] final class MklDnnConvolution(context: MklDnnContext, source: Array[Int],
  output: Array[Int], window: Window, bias: Boolean, groups: Int) extends Weighted {
  import Memory.Format.{any, nchw, x}

  private val shape = new MklDnnWindow(window)
  import shape.{dilation, padBegin, padEnd, strides, zeroPadding}

  override val weightDims: Array[Int] = Weighted.kernelDims(source, output, window, groups)
  private val biasDesc = if (bias) context.memoryDesc(Array(output(0)), x) else 0L
  private val forwards = MutableMap[Int, Long]()
  private val operations = MutableMap[(Role, Int), Operation]()

  // MKL-DNN 0.19's kernels for blocked layouts write noise to pixels that the stride skips and no
  // window covers; its kernels for plain layouts write zeros there.
  private val dataFormat =
    if (window.kernel._1 < strides(0) || window.kernel._2 < strides(1)) nchw else any

  // With strides, its kernel for the weights' gradient of one channel by itself, in blocked layouts, gives
  // wrong sums. In plain layouts, slower ones are right.
  private val isDepthwise = groups > 1 && groups == source(0) && groups == output(0)
  private val weightsFormat = if (isDepthwise && strides.exists(_ > 1)) nchw else any

  private def desc(count: Int, shape: Array[Int], format: Int): Long =
    context.memoryDesc(count +: shape, format)

  private def weightDesc: Long = context.memoryDesc(weightDims, any)

  private def operation(result: Role, count: Int, inputs: Role*)(pd: => Long): Operation =
    operations.getOrElseUpdate((result, count), new MklDnnOperation(context, pd, inputs,
      result +: (if (bias && result == Role.WeightsGradient) Seq(Role.BiasGradient) else Nil)))

  private def forwardDesc(count: Int): Long = forwards.getOrElseUpdate(count, context.primitiveDesc(
    MklDnn.DilatedConvForwardDescInit(PropKind.ForwardTraining, AlgKind.ConvolutionDirect,
      desc(count, source, any), weightDesc, biasDesc, desc(count, output, any), strides, dilation,
      padBegin, padEnd, zeroPadding)))

  override def forward(samples: Int): Operation = operation(Role.Output, samples,
    Seq(Role.Source, Role.Weights) ++ (if (bias) Seq(Role.Bias) else Nil): _*)(forwardDesc(samples))

  override def data(samples: Int): Operation =
    operation(Role.SourceGradient, samples, Role.OutputGradient, Role.Weights)(context.primitiveDesc(
      MklDnn.DilatedConvBackwardDataDescInit(AlgKind.ConvolutionDirect,
        desc(samples, source, dataFormat), weightDesc, desc(samples, output, dataFormat), strides,
        dilation, padBegin, padEnd, zeroPadding), forwardDesc(samples)))

  override def weights(samples: Int): Operation =
    operation(Role.WeightsGradient, samples, Role.Source, Role.OutputGradient)(context.primitiveDesc(
      MklDnn.DilatedConvBackwardWeightsDescInit(AlgKind.ConvolutionDirect,
        desc(samples, source, weightsFormat), weightDesc, biasDesc, desc(samples, output, weightsFormat),
        strides, dilation, padBegin, padEnd, zeroPadding), forwardDesc(samples)))
}
