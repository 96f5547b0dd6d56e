package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * The discriminator minimises -log D(x) - log(1 - D(G(z))), the generator -log D(G(z)). Source:
 * Goodfellow et al. 2014, arXiv:1406.2661, section 3.
 */
private[gan] object NonSaturating extends CrossEntropy {
  override def generated(logit: Double): Double = Loss.softplus(-logit)
  override def generatedGradient(logit: Double): Double = -Loss.sigmoid(-logit)
}
