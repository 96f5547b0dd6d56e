package com.intel.analytics.bigdl.dllib.gan.training

/**
 * The penalties of an update's last discriminator update that has any, and the mean norms of the
 * gradients that they are on.
 */
private[gan] final class PenaltyStatistics {
  val values: Array[Double] = Array.fill(PenaltyStatistics.Names.length)(Double.NaN)

  def clear(): Unit = java.util.Arrays.fill(values, Double.NaN)

  /**
   * Takes one part's share of the means.
   *
   * @param kind    0 for real images, 1 for generated ones, 2 for images between them
   * @param isFirst whether it is the first part of a batch
   */
  def add(kind: Int, penalty: Double, norm: Double, isFirst: Boolean): Unit = {
    values(kind) = if (isFirst) penalty else values(kind) + penalty
    values(3 + kind) = if (isFirst) norm else values(3 + kind) + norm
  }
}

private[gan] object PenaltyStatistics {
  val Names: Array[String] = Array("penalty/r1", "penalty/r2", "penalty/gradient",
    "input_gradient_norm/real", "input_gradient_norm/fake", "input_gradient_norm/between")
}
