package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * The discriminator minimises (D(x) - 1)^2 / 2 + D(G(z))^2 / 2, the generator (D(G(z)) - 1)^2 / 2; D is
 * the logit. Source: Mao et al. 2017, arXiv:1611.04076, equation 9.
 */
private[gan] object LeastSquares extends PerLabel {
  override def judged(logit: Double, label: Double): Double = (logit - label) * (logit - label) / 2
  override def judgedGradient(logit: Double, label: Double): Double = logit - label
  override def generated(logit: Double): Double = judged(logit, 1)
  override def generatedGradient(logit: Double): Double = judgedGradient(logit, 1)
}
