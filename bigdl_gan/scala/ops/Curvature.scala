package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.mkl.AlgKind

/** The second derivatives of MKL-DNN's activation functions. */
private[gan] sealed trait Curvature {
  def apply(x: Float): Float
}

private[gan] object Curvature {
  def of(algorithm: Int, alpha: Float): Curvature = algorithm match {
    case AlgKind.EltwiseTanh => Tanh
    case AlgKind.EltwiseLogistic => Sigmoid
    case AlgKind.EltwiseSoftRelu => Softplus
    case AlgKind.EltwiseElu => new Elu(alpha)
    case other => throw new IllegalArgumentException(
      s"MKL-DNN's activation function $other must have a second derivative here.")
  }

  private def sigmoid(x: Float): Double = 1.0 / (1.0 + math.exp(-x))

  private object Tanh extends Curvature {
    override def apply(x: Float): Float = {
      val y = math.tanh(x)
      (-2 * y * (1 - y * y)).toFloat
    }
  }

  private object Sigmoid extends Curvature {
    override def apply(x: Float): Float = {
      val y = sigmoid(x)
      (y * (1 - y) * (1 - 2 * y)).toFloat
    }
  }

  private object Softplus extends Curvature {
    override def apply(x: Float): Float = {
      val y = sigmoid(x)
      (y * (1 - y)).toFloat
    }
  }

  private final class Elu(alpha: Float) extends Curvature {
    override def apply(x: Float): Float = if (x < 0) (alpha * math.exp(x)).toFloat else 0f
  }
}
