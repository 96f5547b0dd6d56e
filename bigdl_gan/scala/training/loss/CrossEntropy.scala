package com.intel.analytics.bigdl.dllib.gan.training.loss

/** The discriminator's side of a loss on the logits of the probability that an image is real. */
private[gan] trait CrossEntropy extends PerLabel {
  final override def judged(logit: Double, label: Double): Double = CrossEntropy.value(logit, label)
  final override def judgedGradient(logit: Double, label: Double): Double =
    CrossEntropy.gradient(logit, label)
}

private[gan] object CrossEntropy {
  /** -label log(p) - (1 - label) log(1 - p), where p is the logit's sigmoid. */
  def value(logit: Double, label: Double): Double =
    label * Loss.softplus(-logit) + (1 - label) * Loss.softplus(logit)

  // not sigmoid - label, which would lose digits
  def gradient(logit: Double, label: Double): Double =
    (1 - label) * Loss.sigmoid(logit) - label * Loss.sigmoid(-logit)
}
