package com.intel.analytics.bigdl.dllib.gan.training.loss

/** The discriminator's logits of real images, and of as many generated ones. */
private[gan] final class Logits(val real: Array[Double], val fake: Array[Double]) {
  def this(count: Int) = this(new Array[Double](count), new Array[Double](count))

  def count: Int = real.length

  /**
   * Takes the batches of some replicas, one after the other. In each, real images come before
   * generated ones.
   */
  def set(batches: Array[Float], batch: Int): Unit = {
    var i = 0
    while (i < count) {
      val at = i / batch * 2 * batch + i % batch
      real(i) = batches(at)
      fake(i) = batches(at + batch)
      i += 1
    }
  }
}
