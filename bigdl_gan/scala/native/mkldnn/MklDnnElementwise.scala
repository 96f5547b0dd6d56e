package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.{Differentiable, Elementwise, Operation, Role}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

private[mkldnn] final class MklDnnElementwise(context: MklDnnContext, function: Elementwise,
  source: MklDnnLayout) extends Differentiable {
  private val (algorithm, alpha) = function match {
    case Elementwise.Relu(slope) => (AlgKind.EltwiseRelu, slope)
    case Elementwise.Tanh => (AlgKind.EltwiseTanh, 0f)
    case Elementwise.Sigmoid => (AlgKind.EltwiseLogistic, 0f)
    case Elementwise.Softplus => (AlgKind.EltwiseSoftRelu, 0f)
    case Elementwise.Elu(alpha) => (AlgKind.EltwiseElu, alpha)
    case Elementwise.Times(factor) => (AlgKind.EltwiseLinear, factor)
  }

  private lazy val forwardDesc: Long = context.primitiveDesc(MklDnn.EltwiseForwardDescInit(
    PropKind.ForwardTraining, algorithm, source.memoryDesc, alpha, 0f))

  override def forward: Operation =
    new MklDnnOperation(context, forwardDesc, Seq(Role.Source), Seq(Role.Output))

  override def gradient: Operation = new MklDnnOperation(context,
    context.primitiveDesc(MklDnn.EltwiseBackwardDescInit(algorithm, source.memoryDesc,
      source.memoryDesc, alpha, 0f), forwardDesc),
    Seq(Role.Source, Role.OutputGradient), Seq(Role.SourceGradient))
}
