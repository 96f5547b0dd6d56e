package com.intel.analytics.bigdl.dllib.gan.random

import com.intel.analytics.bigdl.dllib.utils.RandomGenerator

/** Random numbers for one network's layers: a function of (seed, update, pass, layer, sample). */
private[gan] final class DropoutStream(seed: Long, network: Int, firstSample: Int) {
  private var iteration = 0 // updates done
  private var part: Option[BatchPart] = None // the entire batch
  private var pass = 0 // which forward pass within this update; 0 before the first

  def begin(iteration: Int): Unit = {
    this.iteration = iteration
    pass = 0
  }

  /** Must be called before each forward pass in training; once for all parts of a batch. */
  def nextPass(): Unit = pass += 1

  /** Has the next passes be over this part of the batch. */
  def take(part: BatchPart): Unit = this.part = Some(part)

  def fill(layer: Int, sample: Int, probability: Float, keep: Float, mask: Array[Float],
    offset: Int, count: Int): Unit = {
    val bits = new Array[Int](4)
    val key = keyOf(layer)
    val number = firstSample + part.map(_.sample(sample)).getOrElse(sample)
    var i = 0
    while (i < count) {
      Philox.block(key, i / 4, number, iteration, Purpose.Dropout, bits)
      var j = 0
      while (j < 4 && i + j < count) {
        mask(offset + i + j) = if (Philox.uniform(bits(j)) < probability) 0f else keep
        j += 1
      }
      i += 4
    }
  }

  /** Seeds dllib's generator on this thread, from which dllib's own noise layers draw. */
  def seedModule(layer: Int, sample: Int): Unit = {
    val bits = new Array[Int](4)
    Philox.block(keyOf(layer), 0, firstSample + sample, iteration, Purpose.Module, bits)
    RandomGenerator.RNG.setSeed(bits(0) & 0xFFFFFFFFL)
  }

  private def keyOf(layer: Int): Long = {
    val stream = (((network << 8) | (pass & 0xff)) << 16) ^ layer
    seed ^ (stream.toLong << 32)
  }
}
