package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * A loss as functions of one logit. The discriminator's adds the means over real and over generated
 * images.
 */
private[gan] trait PerLogit extends Loss {
  def real(logit: Double): Double
  def realGradient(logit: Double): Double
  def fake(logit: Double): Double
  def fakeGradient(logit: Double): Double

  /** The generator's, of a generated image's logit. */
  def generated(logit: Double): Double
  def generatedGradient(logit: Double): Double

  final override def discriminator(logits: Logits, toReal: Array[Double], toFake: Array[Double])
  : Double = {
    Loss.each(logits.real, toReal)(realGradient)
    Loss.each(logits.fake, toFake)(fakeGradient)
    Loss.mean(logits.real)(real) + Loss.mean(logits.fake)(fake)
  }

  final override def generator(logits: Logits, toFake: Array[Double]): Double = {
    Loss.each(logits.fake, toFake)(generatedGradient)
    Loss.mean(logits.fake)(generated)
  }
}
