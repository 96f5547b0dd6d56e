package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.Elementwise

/** The second derivatives of the engines' functions. */
private[gan] sealed trait Curvature {
  def apply(x: Float): Float
}

private[gan] object Curvature {
  /** None if the function is piecewise linear. */
  def of(function: Elementwise): Option[Curvature] = function match {
    case Elementwise.Tanh => Some(Tanh)
    case Elementwise.Sigmoid => Some(Sigmoid)
    case Elementwise.Softplus => Some(Softplus)
    case Elementwise.Elu(alpha) => Some(new Elu(alpha))
    case Elementwise.Relu(_) | Elementwise.Times(_) => None
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
