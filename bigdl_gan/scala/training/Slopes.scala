package com.intel.analytics.bigdl.dllib.gan.training

/**
 * Derivatives of both losses by the logits of one pass, times the number of real images in the
 * batch on all replicas: each is for one image's own loss, and a batch's loss is the mean.
 *
 * @param batch real images, and as many generated ones
 */
private[gan] final class Slopes(batch: Int) {
  /** Of the discriminator's loss by all logits: first those of real images, then of generated ones. */
  val discriminator = new Array[Double](2 * batch)

  /** Of the generator's loss, by the logits of the generated images. */
  val generator = new Array[Double](batch)

  /**
   * Whether the generator's gradients follow from the discriminator's on the same images: if no
   * divisor in `ratio` is so small that digits are lost.
   */
  def canRescale: Boolean = {
    var i = batch
    while (i < 2 * batch && math.abs(discriminator(i)) > Slopes.SmallestDivisor) i += 1
    i == 2 * batch
  }

  /** Turns the discriminator loss's gradient by a generated image into the generator loss's. */
  def ratio(image: Int): Float = (generator(image) / discriminator(batch + image)).toFloat
}

private[gan] object Slopes {
  /** Smaller derivatives scale gradients down to near single precision's smallest numbers. */
  private val SmallestDivisor = 1e-12
}
