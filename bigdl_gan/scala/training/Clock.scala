package com.intel.analytics.bigdl.dllib.gan.training

/** Seconds spent in each part of an update. */
private[gan] final class Clock {
  val seconds = new Array[Double](Clock.Names.length)

  def time[A](part: Int)(body: => A): A = {
    val start = System.nanoTime()
    try body finally seconds(part) += (System.nanoTime() - start) * 1e-9
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
