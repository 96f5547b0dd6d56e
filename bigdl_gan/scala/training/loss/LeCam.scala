package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * Keeps the discriminator's logits of each kind of image near an average of the other kind's.
 *
 * To the discriminator's loss it adds weight * (mean max(0, D(x) - a)^2 + mean max(0, b - D(G(z)))^2),
 * where a and b are exponential averages, over the discriminator's updates up to this one, of its
 * logits of generated and of real images. Source: Tseng et al. 2021, "Regularizing generative
 * adversarial networks under limited data", arXiv:2104.03310, with max(0, .) as in its authors' code.
 * Differs: the averages are corrected for their start at 0, as Adam's are.
 *
 * @param weight lambda
 * @param averages the averages of real and of generated images' logits, and the sum of their weights;
 *                 all 0 before the first update. A training's state.
 */
private[gan] final class LeCam(weight: Double, val averages: Array[Float]) {
  /**
   * Moves the averages. Returns the term's value, and adds its derivatives to those that are there.
   *
   * @param meanReal of the whole batch, on all executors, as `meanFake`
   */
  def add(logits: Logits, meanReal: Double, meanFake: Double, toReal: Array[Double],
    toFake: Array[Double]): Double = {
    move(0, meanReal)
    move(1, meanFake)
    move(2, 1)
    val (real, fake) = (averages(0).toDouble / averages(2), averages(1).toDouble / averages(2))
    var sum = 0.0
    var i = 0
    while (i < logits.count) {
      val (above, below) = (math.max(0, logits.real(i) - fake), math.max(0, real - logits.fake(i)))
      toReal(i) += 2 * weight * above
      toFake(i) -= 2 * weight * below
      sum += above * above + below * below
      i += 1
    }
    weight * sum / logits.count
  }

  private def move(i: Int, to: Double): Unit =
    averages(i) = (LeCam.Decay * averages(i) + (1 - LeCam.Decay) * to).toFloat
}

private[gan] object LeCam {
  private val Decay = 0.99

  /** The length of `averages`. */
  val StateLength = 3
}
