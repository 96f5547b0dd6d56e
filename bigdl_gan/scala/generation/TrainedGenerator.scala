package com.intel.analytics.bigdl.dllib.gan.generation

import java.util.Arrays

import com.intel.analytics.bigdl.dllib.gan.network.NetworkSpec

/** All that generating images needs: the network, its weights and its running statistics. */
private[gan] case class TrainedGenerator(spec: NetworkSpec, weights: Array[Float],
  state: Array[Float]) extends Serializable {

  def isLike(other: TrainedGenerator): Boolean =
    Arrays.equals(weights, other.weights) && Arrays.equals(state, other.state)
}
