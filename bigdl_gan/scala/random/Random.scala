package com.intel.analytics.bigdl.dllib.gan.random

private[gan] object Random {
  /**
   * Writes `count` standard normal numbers to `out` from `offset` on: a function of (seed, purpose,
   * a, b). It uses the Box-Muller transform, and StrictMath, so that every JVM agrees.
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

  /** A number in (0, 1): a function of (seed, purpose, a, b). */
  def uniform(seed: Long, purpose: Int, a: Int, b: Long): Double = {
    val bits = new Array[Int](4)
    Philox.block(seed, a, b.toInt, (b >>> 32).toInt, purpose, bits)
    Philox.uniform(bits(0))
  }

  /** One random bit: a function of (seed, purpose, a, b). */
  def bit(seed: Long, purpose: Int, a: Int, b: Long): Boolean = {
    val bits = new Array[Int](4)
    Philox.block(seed, a, b.toInt, (b >>> 32).toInt, purpose, bits)
    (bits(0) & 1) != 0
  }

  /** A permutation of `0 until n`: a function of (seed, purpose, epoch, rank), by Fisher and Yates. */
  def permutation(seed: Long, epoch: Int, rank: Int, n: Int, purpose: Int = Purpose.Shuffle): Array[Int] = {
    val order = Array.range(0, n)
    val bits = new Array[Int](4)
    var i = n - 1
    while (i > 0) {
      Philox.block(seed, i, epoch, rank, purpose, bits)
      val j = (Philox.uniform(bits(0)) * (i + 1)).toInt
      val other = order(j)
      order(j) = order(i)
      order(i) = other
      i -= 1
    }
    order
  }
}
