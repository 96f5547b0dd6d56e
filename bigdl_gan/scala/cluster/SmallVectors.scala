package com.intel.analytics.bigdl.dllib.gan.cluster

/**
 * Doubles as floats that survive any copy: each as four numbers of 16 bits. The bits of a NaN might
 * not survive in a float.
 */
private[gan] object SmallVectors {
  val FloatsPerDouble: Int = 4
  private val Bits = 16

  def write(values: Array[Double], floats: Array[Float], at: Int): Unit =
    for (i <- values.indices; k <- 0 until FloatsPerDouble) {
      val part = java.lang.Double.doubleToRawLongBits(values(i)) >>> (Bits * k)
      floats(at + FloatsPerDouble * i + k) = (part & 0xffff).toFloat
    }

  def read(floats: Array[Float], at: Int, count: Int): Array[Double] =
    Array.tabulate(count) { i =>
      java.lang.Double.longBitsToDouble((0 until FloatsPerDouble).map(k =>
        floats(at + FloatsPerDouble * i + k).toLong << (Bits * k)).reduce(_ | _))
    }
}
