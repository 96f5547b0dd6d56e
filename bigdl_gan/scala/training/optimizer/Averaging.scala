package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * An exponential moving average of weights: after each update,
 * average = beta average + (1 - beta) weights, with beta = 0.5^(images per update / half-life).
 *
 * The half-life counts images. With a ramp, it is at most 5 % of the images seen, so that the average
 * does not remember the first weights. Source: Karras et al., "Training generative adversarial
 * networks with limited data", NeurIPS 2020, whose code has this ramp, and none after a transfer.
 *
 * @param imagesPerUpdate real images in one update of the generator, over all replicas
 */
private[gan] case class Averaging(halfLife: Double, imagesPerUpdate: Int, isRamped: Boolean) {
  /** 1 - beta in an update; the first is number 0. */
  def share(update: Int): Float = {
    val seen = (update + 1.0) * imagesPerUpdate
    val lives = if (isRamped) math.min(halfLife, Averaging.Ramp * seen) else halfLife
    -math.expm1(-math.log(2) * imagesPerUpdate / lives).toFloat
  }
}

private[gan] object Averaging {
  private val Ramp = 0.05

  /** Moves the average of the first `count` values towards them. */
  def blend(values: Array[Float], count: Int, average: Array[Float], share: Float): Unit = {
    var i = 0
    while (i < count) {
      average(i) = average(i) + share * (values(i) - average(i))
      i += 1
    }
  }
}
