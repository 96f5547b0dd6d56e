package com.intel.analytics.bigdl.dllib.gan.training

/** Seconds spent in each part of an update. Time in a part within another is the inner one's. */
private[gan] final class Clock {
  val seconds = new Array[Double](Clock.Names.length)

  private var within = 0.0 // of the parts within the present one

  def time[A](part: Int)(body: => A): A = {
    val (start, before) = (System.nanoTime(), within)
    within = 0.0
    try body finally {
      val total = (System.nanoTime() - start) * 1e-9
      seconds(part) += total - within
      within = before + total
    }
  }

  def reset(): Unit = java.util.Arrays.fill(seconds, 0.0)
}

private[gan] object Clock {
  val Names: Array[String] = Array("decode", "compute", "exchange", "optimizer")
  val Decode = 0
  val Compute = 1
  val Exchange = 2
  val Optimizer = 3
}
