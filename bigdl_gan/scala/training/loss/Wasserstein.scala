package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * The discriminator minimises D(G(z)) - D(x), the generator -D(G(z)); D is the logit. The discriminator
 * must be kept smooth, which this loss does not do. Source: Arjovsky et al. 2017, arXiv:1701.07875,
 * equation 2.
 */
private[gan] object Wasserstein extends PerLogit {
  override def real(logit: Double): Double = -logit
  override def realGradient(logit: Double): Double = -1
  override def fake(logit: Double): Double = logit
  override def fakeGradient(logit: Double): Double = 1
  override def generated(logit: Double): Double = -logit
  override def generatedGradient(logit: Double): Double = -1
}
