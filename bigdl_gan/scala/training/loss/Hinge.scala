package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * The discriminator minimises max(0, 1 - D(x)) + max(0, 1 + D(G(z))), the generator -D(G(z)); D is the
 * logit. Source: Lim and Ye 2017, arXiv:1705.02894, equation 1.
 */
private[gan] object Hinge extends PerLogit {
  override def real(logit: Double): Double = math.max(0, 1 - logit)
  override def realGradient(logit: Double): Double = if (logit < 1) -1 else 0
  override def fake(logit: Double): Double = math.max(0, 1 + logit)
  override def fakeGradient(logit: Double): Double = if (logit > -1) 1 else 0
  override def generated(logit: Double): Double = -logit
  override def generatedGradient(logit: Double): Double = -1
}
