package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * An adversarial loss as a function of all logits of a batch: values to minimise, and derivatives.
 *
 * A batch's loss is a mean. Derivatives are multiplied by the number of real images, so that each is
 * for one image's own loss.
 */
private[gan] trait Loss extends Serializable {
  /** Whether a derivative depends on images that another executor may hold. */
  def couples: Boolean = false

  /** Whether the generator's loss depends on the logits of real images. */
  def generatorSeesReal: Boolean = false

  /**
   * The discriminator's loss.
   *
   * @param toReal filled with the derivatives by the logits of real images; `toFake`, of generated ones
   */
  def discriminator(logits: Logits, toReal: Array[Double], toFake: Array[Double]): Double

  /**
   * The generator's loss.
   *
   * @param toFake filled with the derivatives by the logits of generated images
   */
  def generator(logits: Logits, toFake: Array[Double]): Double

  /**
   * Logits of the probabilities that images are real. A relativistic loss does not decide the level
   * of a logit, but only compares images.
   */
  def judgements(logits: Logits): Logits = logits
}

private[gan] object Loss {
  private val Names = "[a-z][a-z0-9]*(_[a-z0-9]+)*"

  private val Package = getClass.getName.stripSuffix("Loss$")

  /**
   * Finds a loss by name: "non_saturating" is this package's object `NonSaturating`, so there is no
   * list of losses.
   *
   * @param smoothing how far the labels of real and of generated images lie from 1 and 0
   */
  def of(name: String, smoothing: Seq[Double]): Loss = (named(name), smoothing) match {
    case (loss, Seq(0.0, 0.0)) => loss
    case (loss: Labelled, Seq(real, fake)) => loss.withLabels(1 - real, fake)
    case _ => throw new IllegalArgumentException(s"`labelSmoothing` must be 0 with loss='$name', " +
      s"which has no labels. Received: ${smoothing.mkString(", ")}.")
  }

  private def named(name: String): Loss =
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

  /** The mean of a function of each logit. */
  def mean(logits: Array[Double])(value: Double => Double): Double = {
    var sum = 0.0
    var i = 0
    while (i < logits.length) {
      sum += value(logits(i))
      i += 1
    }
    sum / logits.length
  }

  /** Fills `to` with a function of each logit. */
  def each(logits: Array[Double], to: Array[Double])(value: Double => Double): Unit = {
    var i = 0
    while (i < logits.length) {
      to(i) = value(logits(i))
      i += 1
    }
  }
}
