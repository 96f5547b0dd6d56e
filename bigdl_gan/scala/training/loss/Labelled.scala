package com.intel.analytics.bigdl.dllib.gan.training.loss

/** A loss whose discriminator learns labels: 1 for real images, 0 for generated ones. */
private[gan] trait Labelled extends Loss {
  /**
   * The same loss with other labels for the discriminator. The generator's side stays as it is.
   *
   * Source: Salimans et al. 2016, "Improved techniques for training GANs", arXiv:1606.03498, section
   * 3.4, which changes the label of real images only.
   */
  def withLabels(real: Double, fake: Double): Loss
}
