package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * An adversarial loss as functions of one logit: values to minimise, and their derivatives.
 *
 * A batch's loss is the mean. The discriminator's adds the means over real and over fake images.
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
  private val Names = "[a-z][a-z0-9]*(_[a-z0-9]+)*"

  private val Package = getClass.getName.stripSuffix("Loss$")

  /**
   * Finds a loss by name: "non_saturating" is this package's object `NonSaturating`, so there is no
   * list of losses.
   */
  def of(name: String): Loss =
    (if (name.matches(Names)) objectOf(name) else None).getOrElse(throw new IllegalArgumentException(
      s"`loss` must name an object of the core's training/loss, in snake case. Received: '$name'."))

  private def objectOf(name: String): Option[Loss] = try {
    val camelCase = name.split('_').map(_.capitalize).mkString
    val found = Class.forName(s"$Package$camelCase$$", true, getClass.getClassLoader)
    found.getField("MODULE$").get(null) match {
      case loss: Loss => Some(loss)
      case _ => None
    }
  } catch { case _: ClassNotFoundException => None }

  def softplus(x: Double): Double = math.max(x, 0.0) + math.log1p(math.exp(-math.abs(x)))

  def sigmoid(x: Double): Double =
    if (x >= 0) 1.0 / (1.0 + math.exp(-x)) else math.exp(x) / (1.0 + math.exp(x))
}
