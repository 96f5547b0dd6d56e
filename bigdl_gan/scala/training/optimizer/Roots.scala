package com.intel.analytics.bigdl.dllib.gan.training.optimizer

private[gan] object Roots {
  /** Writes the square roots of the first `count` values. */
  def write(values: Array[Float], to: Array[Float], count: Int): Unit = {
    var i = 0
    while (i < count) {
      to(i) = math.sqrt(values(i).toDouble).toFloat // one rounding: Java's compiler takes the float's root
      i += 1
    }
  }
}
