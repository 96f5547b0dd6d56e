package com.intel.analytics.bigdl.dllib.gan.native

/** A linear operation with weights and its two gradients, for any number of samples. */
private[gan] trait Weighted {
  /** Of its plain weights: (O, I, H, W) or (O, I). */
  def weightDims: Array[Int]

  /** Output from Source, Weights and, if it has one, Bias. */
  def forward(samples: Int): Operation

  /** SourceGradient from OutputGradient and Weights. */
  def data(samples: Int): Operation

  /** WeightsGradient and, if it has a bias, BiasGradient from Source and OutputGradient. */
  def weights(samples: Int): Operation
}
