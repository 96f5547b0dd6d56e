package com.intel.analytics.bigdl.dllib.gan.training.augment

/**
 * A random affine function of an image for each sample of a batch: x becomes A x + b.
 *
 * Images are (C, H, W), row by row, and are changed in place. Samples do not share anything, so
 * several threads may work at once.
 */
private[gan] trait Transform {
  /** Differs between transforms; keeps their random numbers apart. */
  def number: Int

  /** Draws one sample's function from four words of 32 random bits. */
  def draw(sample: Int, bits: Array[Int]): Unit

  /** A x + b. */
  def affine(sample: Int, x: Array[Float]): Unit = linear(sample, x)

  /** A x. */
  def linear(sample: Int, x: Array[Float]): Unit

  /** A's transpose times x. */
  def adjoint(sample: Int, x: Array[Float]): Unit
}
