package com.intel.analytics.bigdl.dllib.gan.network

/** A network's flat vectors, as an optimiser reads and writes them: range by range, from any thread. */
private[gan] trait FlatWeights {
  def weightCount: Int

  /** Copies the weights `from until from + count` to `to`, from its index `at` on. */
  def readWeights(from: Int, count: Int, to: Array[Float], at: Int): Unit

  /** The same for the last backward pass's gradients. */
  def readGradients(from: Int, count: Int, to: Array[Float], at: Int): Unit

  /** Replaces the weights `from until from + count` by values of `weights`, from its index `at` on. */
  def loadWeights(from: Int, count: Int, weights: Array[Float], at: Int): Unit

  /** A copy of all weights. */
  final def weights: Array[Float] = {
    val all = new Array[Float](weightCount)
    readWeights(0, weightCount, all, 0)
    all
  }
}
