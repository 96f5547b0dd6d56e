package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * An adversarial loss as functions of one logit: values to minimise, and their derivatives.
 *
 * The batch's loss is the mean; the discriminator's is that over real plus that over fake images.
 */
private[gan] trait Loss extends Serializable {
  def real(logit: Double): Double
  def realGradient(logit: Double): Double
  def fake(logit: Double): Double
  def fakeGradient(logit: Double): Double
  def generator(logit: Double): Double
  def generatorGradient(logit: Double): Double
}

private[gan] object Loss {
  val all: Map[String, Loss] = Map("non_saturating" -> NonSaturating, "minimax" -> Minimax)

  def softplus(x: Double): Double = math.max(x, 0.0) + math.log1p(math.exp(-math.abs(x)))

  def sigmoid(x: Double): Double =
    if (x >= 0) 1.0 / (1.0 + math.exp(-x)) else math.exp(x) / (1.0 + math.exp(x))
}

/** Goodfellow et al., "Generative adversarial nets", NIPS 2014: the value of the game. */
private[gan] object Minimax extends CrossEntropy {
  override def generator(logit: Double): Double = -Loss.softplus(logit)
  override def generatorGradient(logit: Double): Double = -Loss.sigmoid(logit)
}

/** The same paper's section 3: the generator maximises log D(G(z)) instead. */
private[gan] object NonSaturating extends CrossEntropy {
  override def generator(logit: Double): Double = Loss.softplus(-logit)
  override def generatorGradient(logit: Double): Double = -Loss.sigmoid(-logit)
}

private[gan] trait CrossEntropy extends Loss {
  override def real(logit: Double): Double = Loss.softplus(-logit)
  override def realGradient(logit: Double): Double = -Loss.sigmoid(-logit)
  override def fake(logit: Double): Double = Loss.softplus(logit)
  override def fakeGradient(logit: Double): Double = Loss.sigmoid(logit)
}
