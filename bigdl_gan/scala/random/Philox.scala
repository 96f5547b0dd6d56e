package com.intel.analytics.bigdl.dllib.gan.random

import com.intel.analytics.bigdl.dllib.utils.RandomGenerator

/**
 * Philox4x32-10: random bits as a function of a key and a counter, with no state.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
private[gan] object Philox {
  private val Multiplier0 = 0xD2511F53L
  private val Multiplier1 = 0xCD9E8D57L
  private val Weyl0 = 0x9E3779B9
  private val Weyl1 = 0xBB67AE85
  private val Rounds = 10
  private val Mask = 0xFFFFFFFFL

  /** Writes four words of 32 random bits to `out`. */
  def block(seed: Long, c0: Int, c1: Int, c2: Int, c3: Int, out: Array[Int]): Unit = {
    var (x0, x1, x2, x3) = (c0, c1, c2, c3)
    var k0 = seed.toInt
    var k1 = (seed >>> 32).toInt
    var round = 0
    while (round < Rounds) {
      val product0 = Multiplier0 * (x0 & Mask)
      val product1 = Multiplier1 * (x2 & Mask)
      val y0 = (product1 >>> 32).toInt ^ x1 ^ k0
      val y2 = (product0 >>> 32).toInt ^ x3 ^ k1
      x1 = product1.toInt
      x3 = product0.toInt
      x0 = y0
      x2 = y2
      k0 += Weyl0
      k1 += Weyl1
      round += 1
    }
    out(0) = x0
    out(1) = x1
    out(2) = x2
    out(3) = x3
  }

  /** The 32 bits as a number in the open interval (0, 1). */
  def uniform(bits: Int): Double = ((bits & Mask) + 0.5) / 4294967296.0
}

/** What random numbers are for: streams of different purposes never meet. */
private[gan] object Purpose {
  val Bits = 8 // that purposes take of a word
  val Latent = 1
  val Shuffle = 2
  val Dropout = 3
  val Generate = 4
  val Module = 5
  val Flip = 6
}

private[gan] object Random {
  /**
   * Fills `out` from `offset` with `count` standard normal numbers: those of this
   * (seed, purpose, a, b). Box and Muller's transform; StrictMath, so that every JVM agrees.
   */
  def normals(seed: Long, purpose: Int, a: Int, b: Long, out: Array[Float], offset: Int,
    count: Int): Unit = {
    val bits = new Array[Int](4)
    val values = new Array[Double](4)
    var i = 0
    while (i < count) {
      Philox.block(seed, i / 4, b.toInt, (b >>> 32).toInt ^ a, purpose, bits)
      var pair = 0
      while (pair < 4) {
        val radius = StrictMath.sqrt(-2.0 * StrictMath.log(Philox.uniform(bits(pair))))
        val angle = 2.0 * StrictMath.PI * Philox.uniform(bits(pair + 1))
        values(pair) = radius * StrictMath.cos(angle)
        values(pair + 1) = radius * StrictMath.sin(angle)
        pair += 2
      }
      var j = 0
      while (j < 4 && i + j < count) {
        out(offset + i + j) = values(j).toFloat
        j += 1
      }
      i += 4
    }
  }

  /** One random bit: that of this (seed, purpose, a, b). */
  def bit(seed: Long, purpose: Int, a: Int, b: Long): Boolean = {
    val bits = new Array[Int](4)
    Philox.block(seed, a, b.toInt, (b >>> 32).toInt, purpose, bits)
    (bits(0) & 1) != 0
  }

  /** The permutation of `0 until n` that belongs to (seed, epoch, rank): Fisher and Yates. */
  def permutation(seed: Long, epoch: Int, rank: Int, n: Int): Array[Int] = {
    val order = Array.range(0, n)
    val bits = new Array[Int](4)
    var i = n - 1
    while (i > 0) {
      Philox.block(seed, i, epoch, rank, Purpose.Shuffle, bits)
      val j = (Philox.uniform(bits(0)) * (i + 1)).toInt
      val other = order(j)
      order(j) = order(i)
      order(i) = other
      i -= 1
    }
    order
  }
}

/** What one network's layers draw: a function of (seed, update, pass, layer, sample). */
private[gan] final class DropoutStream(seed: Long, network: Int, firstSample: Int) {
  /** Set by whoever runs the network: updates done, and which forward pass within this one. */
  var iteration: Int = 0
  var pass: Int = 0

  def fill(layer: Int, sample: Int, probability: Float, keep: Float, mask: Array[Float],
    offset: Int, count: Int): Unit = {
    val bits = new Array[Int](4)
    val key = keyOf(layer)
    var i = 0
    while (i < count) {
      Philox.block(key, i / 4, firstSample + sample, iteration, Purpose.Dropout, bits)
      var j = 0
      while (j < 4 && i + j < count) {
        mask(offset + i + j) = if (Philox.uniform(bits(j)) < probability) 0f else keep
        j += 1
      }
      i += 4
    }
  }

  /** Seeds this thread's generator of dllib, which its own layers of noise draw from. */
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
