package com.intel.analytics.bigdl.dllib.gan.network

import java.util.Arrays

/** All that running a network needs: its nodes, its weights and its running statistics. */
private[gan] case class TrainedNetwork(spec: NetworkSpec, weights: Array[Float],
  state: Array[Float]) extends Serializable {

  def isLike(other: TrainedNetwork): Boolean =
    Arrays.equals(weights, other.weights) && Arrays.equals(state, other.state)

  /**
   * The network that ends with node `id`, and the one that continues from its output.
   *
   * @throws IllegalArgumentException if a later node takes more than that output
   */
  def split(id: Int): (TrainedNetwork, TrainedNetwork) = {
    val (before, after) = (spec.nodes.take(id + 1), spec.nodes.drop(id + 1))
    after.find(_.inputs.exists(_ < id)).foreach { node =>
      throw new IllegalArgumentException("The layers after the one whose output is wanted must " +
        s"depend on that output alone. Received: ${node.name}, which has another input.")
    }
    val (weightCount, stateCount) = (before.map(_.weightCount).sum, before.map(_.stateCount).sum)
    val input = Node("input", InputSpec, Array(), before.last.shape, 0, 0, 0, 0)
    val moved = after.map(node => node.copy(inputs = node.inputs.map(_ - id),
      weightOffset = node.weightOffset - weightCount, stateOffset = node.stateOffset - stateCount))
    (TrainedNetwork(NetworkSpec(before), weights.take(weightCount), state.take(stateCount)),
      TrainedNetwork(NetworkSpec(input +: moved), weights.drop(weightCount), state.drop(stateCount)))
  }
}
