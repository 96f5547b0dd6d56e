package com.intel.analytics.bigdl.dllib.gan.classification

/**
 * How a classifier is trained: Adam on the mean cross-entropy, with a rate that falls to zero along
 * half a cosine.
 *
 * @param batch images per update, at most as many as there are
 */
private[gan] case class ClassifierPlan(epochs: Int, batch: Int, learningRate: Double, seed: Long)
  extends Serializable {
  def updates(images: Int): Int =
    math.max(1, math.ceil(epochs.toDouble * images / batch).toInt)
}
