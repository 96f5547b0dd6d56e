package com.intel.analytics.bigdl.dllib.gan.native

/** A linear operation with weights and its two gradients, for any number of samples. */
private[gan] trait Weighted {
  /** Of its plain weights: (O, I, H, W), (G, O / G, I / G, H, W) in G groups of channels, or (O, I). */
  def weightDims: Array[Int]

  /** Output from Source, Weights and, if it has one, Bias. */
  def forward(samples: Int): Operation

  /** SourceGradient from OutputGradient and Weights. */
  def data(samples: Int): Operation

  /** WeightsGradient and, if it has a bias, BiasGradient from Source and OutputGradient. */
  def weights(samples: Int): Operation
}

private[gan] object Weighted {
  /** A convolution's plain weights, from and to images (C, H, W). */
  def kernelDims(source: Array[Int], output: Array[Int], window: Window, groups: Int): Array[Int] = {
    val inGroup = Array(output(0) / groups, source(0) / groups, window.kernel._1, window.kernel._2)
    if (groups == 1) inGroup else groups +: inGroup
  }

  /** The plain layout of a convolution's weights. */
  def plain(dims: Array[Int]): Format = if (dims.length == 5) Format.GOIHW else Format.OIHW
}
