package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Differentiable, Elementwise, Operation, Role}

private[onednn] final class OneDnnElementwise(context: OneDnnContext, function: Elementwise,
  source: OneDnnLayout) extends Differentiable {
  import context.{attributes, engine}

  private val (algorithm, alpha) = function match { // dnnl_alg_kind_t
    case Elementwise.Relu(slope) => (0x20, slope)
    case Elementwise.Tanh => (0x21, 0f)
    case Elementwise.Elu(alpha) => (0x22, alpha)
    case Elementwise.Times(factor) => (0x26, factor)
    case Elementwise.Softplus => (0x27, 1f) // log(1 + exp(alpha x)) / alpha
    case Elementwise.Sigmoid => (0x29, 0f)
  }

  private lazy val forwardDescriptor = context.primitiveDescriptor(function.toString, OneDnn.eltwise(
    engine, Numbers.Training, algorithm, source.descriptor, source.descriptor, alpha, 0f, attributes))

  override def forward: Operation =
    new OneDnnOperation(context, forwardDescriptor, Seq(Role.Source, Role.Output))

  override def gradient: Operation = new OneDnnOperation(context,
    context.primitiveDescriptor(s"the gradient of $function", OneDnn.eltwiseData(engine, algorithm,
      source.descriptor, source.descriptor, source.descriptor, alpha, 0f, forwardDescriptor, attributes)),
    Seq(Role.Source, Role.OutputGradient, Role.SourceGradient))
}
