package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * The discriminator minimises (D(x) - 1)^2 / 2 + D(G(z))^2 / 2, the generator (D(G(z)) - 1)^2 / 2; D is
 * the logit. Source: Mao et al. 2017, arXiv:1611.04076, equation 9.
 */
private[gan] object LeastSquares extends Loss {
  override def real(logit: Double): Double = (logit - 1) * (logit - 1) / 2
  override def realGradient(logit: Double): Double = logit - 1
  override def fake(logit: Double): Double = logit * logit / 2
  override def fakeGradient(logit: Double): Double = logit
  override def generator(logit: Double): Double = real(logit)
  override def generatorGradient(logit: Double): Double = realGradient(logit)
}
