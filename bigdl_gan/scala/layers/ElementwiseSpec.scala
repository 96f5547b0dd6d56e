package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.Elementwise
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ElementwiseOp
import com.intel.analytics.bigdl.dllib.nn.{ELU, LeakyReLU, ReLU, Sigmoid, SoftPlus, Tanh}

/** One of the engines' activation functions. */
private[gan] case class ElementwiseSpec(function: Elementwise) extends LayerSpec {
  override def compile(site: Site): Op = new ElementwiseOp(site, function)
  override def treatsPixelsAlike: Boolean = true

  override def dependence: Dependence = function match {
    case Elementwise.Relu(_) => Dependence.PiecewiseLinear
    case Elementwise.Times(_) => Dependence.Linear
    case _ => Dependence.Smooth
  }

  /** If the output has the input's sign, the derivative follows from the output. */
  override def mayRunInPlace: Boolean = function match {
    case Elementwise.Relu(slope) => slope >= 0
    case _ => false
  }

  override def end: Option[String] = function match {
    case Elementwise.Tanh => Some("tanh")
    case Elementwise.Sigmoid => Some("sigmoid")
    case Elementwise.Softplus => Some("softplus")
    case Elementwise.Elu(_) => Some("elu")
    case Elementwise.Relu(slope) => Some(if (slope == 0f) "relu" else "leaky_relu")
    case Elementwise.Times(_) => Some("linear")
  }

  /** With the function's number in MKL-DNN 0.19 and its parameter, as checkpoints have it. */
  override def toString: String = function match {
    case Elementwise.Relu(slope) => s"ElementwiseSpec(31,$slope)"
    case Elementwise.Tanh => "ElementwiseSpec(47,0.0)"
    case Elementwise.Elu(alpha) => s"ElementwiseSpec(63,$alpha)"
    case Elementwise.Times(factor) => s"ElementwiseSpec(127,$factor)"
    case Elementwise.Softplus => "ElementwiseSpec(159,0.0)"
    case Elementwise.Sigmoid => "ElementwiseSpec(175,0.0)"
  }
}

private[gan] object ElementwiseSpec {
  /** Multiplication by one number, above 0. */
  def rescaling(text: LayerText): CoreLayer = {
    val (shape, factor) = (text.shape("input"), text.number("scale", above = 0).toFloat)
    if (factor == 0f || factor.isInfinity) text.refuse("scale", "be a number above 0 in float32")
    CoreLayer(ElementwiseSpec(Elementwise.Times(factor)), shape, shape, Nil)
  }
}

private[gan] sealed trait ElementwiseRule[M] extends LayerRule[M] {
  /** None if no engine has it. */
  protected def function(module: M): Option[Elementwise]

  override def apply(module: M, inputs: Seq[Array[Int]]): Option[(LayerSpec, Array[Int])] =
    function(module).map(found => (ElementwiseSpec(found), inputs.head))
}

private[gan] object ReLURule extends ElementwiseRule[ReLU[Float]] {
  override protected def function(module: ReLU[Float]): Option[Elementwise] =
    Some(Elementwise.Relu(0f))
}

private[gan] object LeakyReLURule extends ElementwiseRule[LeakyReLU[Float]] {
  override protected def function(module: LeakyReLU[Float]): Option[Elementwise] =
    Some(Elementwise.Relu(LayerRule.field[Double](module, "negval").toFloat))
}

private[gan] object TanhRule extends ElementwiseRule[Tanh[Float]] {
  override protected def function(module: Tanh[Float]): Option[Elementwise] = Some(Elementwise.Tanh)
}

private[gan] object SigmoidRule extends ElementwiseRule[Sigmoid[Float]] {
  override protected def function(module: Sigmoid[Float]): Option[Elementwise] =
    Some(Elementwise.Sigmoid)
}

private[gan] object ELURule extends ElementwiseRule[ELU[Float]] {
  override protected def function(module: ELU[Float]): Option[Elementwise] =
    Some(Elementwise.Elu(module.alpha.toFloat))
}

private[gan] object SoftPlusRule extends ElementwiseRule[SoftPlus[Float]] {
  override protected def function(module: SoftPlus[Float]): Option[Elementwise] =
    Some(Elementwise.Softplus).filter(_ => module.beta == 1.0)
}
