package com.intel.analytics.bigdl.dllib.gan.random

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
