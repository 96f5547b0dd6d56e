package com.intel.analytics.bigdl.dllib.gan.training.loss

/** The discriminator's side of a loss on the logits of the probability that an image is real. */
private[gan] trait CrossEntropy extends Loss {
  override def real(logit: Double): Double = Loss.softplus(-logit)
  override def realGradient(logit: Double): Double = -Loss.sigmoid(-logit)
  override def fake(logit: Double): Double = Loss.softplus(logit)
  override def fakeGradient(logit: Double): Double = Loss.sigmoid(logit)
}
