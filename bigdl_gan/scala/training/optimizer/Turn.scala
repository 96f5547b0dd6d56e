package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/** A slice of a flat vector whose turn it is, in a thread's own arrays; their first `count` values count. */
private[gan] final class Turn(length: Int) {
  /** Its number, its first index in the vector and its length. */
  var slice, start, count = 0

  val weights, gradients = new Array[Float](length)
}
