package com.intel.analytics.bigdl.dllib.gan.training.loss

/** A loss whose discriminator compares one logit at a time with a label. */
private[gan] trait PerLabel extends PerLogit with Labelled {
  /** The discriminator's, of an image with a label from 0 (generated) to 1 (real). */
  def judged(logit: Double, label: Double): Double
  def judgedGradient(logit: Double, label: Double): Double

  final override def real(logit: Double): Double = judged(logit, 1)
  final override def realGradient(logit: Double): Double = judgedGradient(logit, 1)
  final override def fake(logit: Double): Double = judged(logit, 0)
  final override def fakeGradient(logit: Double): Double = judgedGradient(logit, 0)
  final override def withLabels(real: Double, fake: Double): Loss = new Smoothed(this, real, fake)
}

private final class Smoothed(loss: PerLabel, realLabel: Double, fakeLabel: Double) extends PerLogit {
  override def real(logit: Double): Double = loss.judged(logit, realLabel)
  override def realGradient(logit: Double): Double = loss.judgedGradient(logit, realLabel)
  override def fake(logit: Double): Double = loss.judged(logit, fakeLabel)
  override def fakeGradient(logit: Double): Double = loss.judgedGradient(logit, fakeLabel)
  override def generated(logit: Double): Double = loss.generated(logit)
  override def generatedGradient(logit: Double): Double = loss.generatedGradient(logit)
}
