package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.DnnContext

/** A network's flat vectors: weights and gradients in native memory, running statistics on the heap. */
private[gan] final class NetworkMemory(context: DnnContext, spec: NetworkSpec) {
  val weights: Long = context.allocate(spec.weightCount * 4L)
  val gradients: Long = context.allocate(spec.weightCount * 4L)
  /** A second vector of gradients, zero where no pass writes. */
  lazy val extraGradients: Long = context.allocate(spec.weightCount * 4L)
  val state: Array[Float] = new Array[Float](spec.stateCount)
}
