package com.intel.analytics.bigdl.dllib.gan.ops

/** What an operation computes with, as a function of a layer's weights; both in native memory. */
private[gan] trait WeightMap {
  /** How many floats the operation's weights are. */
  def count: Int

  /** Writes the operation's weights; called once for each new vector of weights. */
  def apply(weights: Long, to: Long): Unit

  /** Writes the gradient by the layer's weights, from the gradient by the operation's. */
  def gradient(of: Long, to: Long): Unit
}
