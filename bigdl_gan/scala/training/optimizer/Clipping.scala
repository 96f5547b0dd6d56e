package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/** Limits for values, such as gradients. NaN stays NaN, so that a divergence is noticed. */
private[gan] object Clipping {
  /**
   * The factor that shortens a vector to `limit`, if it is longer.
   *
   * Source: Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013,
   * algorithm 1.
   */
  def factor(squaredNorm: Double, limit: Double): Float = {
    val norm = math.sqrt(squaredNorm)
    if (norm <= limit) 1f else (limit / norm).toFloat
  }

  def scale(values: Array[Float], count: Int, factor: Float): Unit = {
    var i = 0
    while (i < count) {
      values(i) *= factor
      i += 1
    }
  }

  /** Moves the first `count` values, if they are beyond -limit or limit, to there. */
  def clamp(values: Array[Float], count: Int, limit: Float): Unit = {
    var i = 0
    while (i < count) {
      values(i) = math.max(-limit, math.min(limit, values(i)))
      i += 1
    }
  }
}
