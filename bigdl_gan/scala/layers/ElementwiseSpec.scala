package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ElementwiseOp
import com.intel.analytics.bigdl.dllib.nn.{ELU, LeakyReLU, ReLU, Sigmoid, SoftPlus, Tanh}
import com.intel.analytics.bigdl.mkl.AlgKind

/**
 * One of MKL-DNN's activation functions.
 *
 * @param alpha its parameter, if it has one
 */
private[gan] case class ElementwiseSpec(algorithm: Int, alpha: Float) extends LayerSpec {
  override def compile(site: Site): Op = new ElementwiseOp(site, algorithm, alpha)
  override def dependence: Dependence =
    if (algorithm == AlgKind.EltwiseRelu) Dependence.PiecewiseLinear else Dependence.Smooth
  override def treatsPixelsAlike: Boolean = true

  /** If the output has the input's sign, the derivative follows from the output. */
  override def mayRunInPlace: Boolean = algorithm == AlgKind.EltwiseRelu && alpha >= 0

  override def end: Option[String] = algorithm match {
    case AlgKind.EltwiseTanh => Some("tanh")
    case AlgKind.EltwiseLogistic => Some("sigmoid")
    case AlgKind.EltwiseSoftRelu => Some("softplus")
    case AlgKind.EltwiseElu => Some("elu")
    case AlgKind.EltwiseRelu => Some(if (alpha == 0f) "relu" else "leaky_relu")
  }
}

private[gan] sealed abstract class ElementwiseRule[M](algorithm: Int) extends LayerRule[M] {
  protected def alpha(module: M): Float = 0f
  protected def isNative(module: M): Boolean = true

  override def apply(module: M, inputs: Seq[Array[Int]]): Option[(LayerSpec, Array[Int])] =
    if (isNative(module)) Some((ElementwiseSpec(algorithm, alpha(module)), inputs.head)) else None
}

private[gan] object ReLURule extends ElementwiseRule[ReLU[Float]](AlgKind.EltwiseRelu)

private[gan] object LeakyReLURule extends ElementwiseRule[LeakyReLU[Float]](AlgKind.EltwiseRelu) {
  override protected def alpha(module: LeakyReLU[Float]): Float =
    LayerRule.field[Double](module, "negval").toFloat
}

private[gan] object TanhRule extends ElementwiseRule[Tanh[Float]](AlgKind.EltwiseTanh)

private[gan] object SigmoidRule extends ElementwiseRule[Sigmoid[Float]](AlgKind.EltwiseLogistic)

private[gan] object ELURule extends ElementwiseRule[ELU[Float]](AlgKind.EltwiseElu) {
  override protected def alpha(module: ELU[Float]): Float = module.alpha.toFloat
}

private[gan] object SoftPlusRule extends ElementwiseRule[SoftPlus[Float]](AlgKind.EltwiseSoftRelu) {
  override protected def isNative(module: SoftPlus[Float]): Boolean = module.beta == 1.0
}
