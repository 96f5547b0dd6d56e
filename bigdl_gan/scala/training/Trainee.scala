package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.network.Network
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Optimizer, OptimizerState, SlicedOptimizer}

/** One network's weights on this replica, and how they move. */
private[gan] final class Trainee(network: Network, method: Optimizer,
  val weights: Array[Float], initial: OptimizerState, exchange: Exchange, parallel: Workers) {
  private val count = weights.length
  private val (from, until) = exchange.part(count)
  private val optimizer = new SlicedOptimizer(method, from, until, initial, parallel)
  val gradients = new Array[Float](count)

  /** This replica's part of the squared norm of the gradient of the last update. */
  var squaredNorm = 0.0

  network.loadWeights(weights)

  /** What the optimiser remembers of the part of the weights that this replica looks after. */
  def optimizerState: OptimizerState = optimizer.state

  // Copies between the network and the vectors are made range by range, while each is in a cache.
  def update(clock: Clock): Unit = {
    val read = (from: Int, n: Int) => network.readGradients(gradients, from, n)
    val load = (from: Int, n: Int) => network.loadWeights(weights, from, n)
    val isAlone = exchange.size == 1
    if (!isAlone) clock.time(Clock.Exchange)(exchange.reduceScatter(gradients, count)(read))
    clock.time(Clock.Optimizer) {
      squaredNorm = optimizer.update(weights, gradients)(
        if (isAlone) read else (_, _) => (), load)
    }
    clock.time(Clock.Exchange)(exchange.allGather(weights, count)(load))
  }
}
