package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.Elementwise

/**
 * A function x g(x), where g goes from 0 to 1. An engine computes one of its functions, which is kept
 * for the derivatives, as k below.
 *
 * @param function the engine's
 * @param ofInput  whether it is the engine's function of x, not of `argument`
 */
private[gan] sealed abstract class Gate(val function: Elementwise, val ofInput: Boolean) {
  /** What the engine's function is of. */
  def argument(x: Float): Float

  /** x g(x). */
  def value(x: Float, k: Float): Float

  /** Its first derivative. */
  def slope(x: Float, k: Float): Float

  /** Its second derivative. */
  def bend(x: Float, k: Float): Float
}

private[gan] object Gate {
  /** x s with s = sigmoid(x). */
  case object Silu extends Gate(Elementwise.Sigmoid, ofInput = true) {
    override def argument(x: Float): Float = x
    override def value(x: Float, s: Float): Float = x * s
    override def slope(x: Float, s: Float): Float = s + x * s * (1f - s)
    override def bend(x: Float, s: Float): Float = s * (1f - s) * (2f + x * (1f - 2f * s))
  }

  /**
   * x F(x), where F and f are the standard normal distribution and its density. exp(-x^2 / 2) - 1 is
   * the engine's ELU, and F follows from that to 1e-7: Abramowitz & Stegun, formula 7.1.26.
   */
  case object Gelu extends Gate(Elementwise.Elu(1f), ofInput = false) {
    private val Scale = 0.3275911 / math.sqrt(2)
    private val Height = 1 / math.sqrt(2 * math.Pi)

    private def distribution(x: Float, k: Float): Double = {
      val t = 1 / (1 + Scale * math.abs(x))
      val series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 +
        t * (-1.453152027 + t * 1.061405429))))
      val tail = 0.5 * (1.0 + k) * series
      if (x < 0) tail else 1 - tail
    }

    private def density(k: Float): Double = Height * (1.0 + k)

    override def argument(x: Float): Float = math.max(-Reach, -0.5f * x * x)
    override def value(x: Float, k: Float): Float = (x * distribution(x, k)).toFloat
    override def slope(x: Float, k: Float): Float = (distribution(x, k) + x * density(k)).toFloat
    override def bend(x: Float, k: Float): Float = (density(k) * (2 - x.toDouble * x)).toFloat
  }

  /**
   * x s with s = sigmoid(v), v = 2 sqrt(2 / pi) (x + 0.044715 x^3), which is x (1 + tanh(v / 2)) / 2.
   * v has x's sign, and with e = exp(-|v|) s is 1 / (1 + e) above 0, and e / (1 + e) below.
   * The engine's ELU gives exp(-|v| / 2) - 1; the half, because MKL-DNN's ELU ends 1.8e-7 above -1, and
   * the square of that is small enough to be 0.
   */
  case object ApproximateGelu extends Gate(Elementwise.Elu(1f), ofInput = false) {
    private val Linear = 2 * math.sqrt(2 / math.Pi)
    private val Cubic = 0.044715 * Linear

    private val Least = 2e-7

    private def e(k: Float): Double = if (1.0 + k < Least) 0.0 else (1.0 + k) * (1.0 + k)

    private def sigmoid(x: Float, k: Float): Double = (if (x < 0) e(k) else 1.0) / (1 + e(k))

    /** s (1 - s), the sigmoid's derivative. */
    private def spread(k: Float): Double = e(k) / ((1 + e(k)) * (1 + e(k)))

    private def slopeOfV(x: Float): Double = Linear + 3 * Cubic * x * x

    override def argument(x: Float): Float =
      math.max(-Reach, -math.abs(x) * (Linear + Cubic * x * x) / 2).toFloat

    override def value(x: Float, k: Float): Float = (x * sigmoid(x, k)).toFloat

    override def slope(x: Float, k: Float): Float =
      (sigmoid(x, k) + x * spread(k) * slopeOfV(x)).toFloat

    override def bend(x: Float, k: Float): Float = {
      val (first, second) = (slopeOfV(x), 6 * Cubic * x)
      (spread(k) * (2 * first + x * ((1 - 2 * sigmoid(x, k)) * first * first + second))).toFloat
    }
  }

  private val Reach = 100f // of exponents: beyond it, float32 knows only exp(-x) - 1 = -1
}
