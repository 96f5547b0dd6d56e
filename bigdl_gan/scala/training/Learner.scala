package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.network.Network
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Optimizer, SlicedOptimizer}

/**
 * One network's weights on this replica, and how its gradients move them.
 *
 * @param role    "generator" or "discriminator"
 * @param initial the entire training's
 */
private[gan] final class Learner(role: String, network: Network, rule: Optimizer,
  initial: TrainingState, exchange: Exchange, parallel: Workers) {
  val weights: Array[Float] = initial.weights(role).clone()
  private val count = weights.length
  private val (from, until) = exchange.part(count)
  private val optimizer =
    new SlicedOptimizer(rule, from, until, initial.optimizer(role), parallel)
  val gradients = new Array[Float](count)

  /** This replica's part of the squared norm of the last update's gradient. */
  var squaredNorm = 0.0

  network.loadState(initial.statistics(role)) // first: dllib's layers take both with the weights
  network.loadWeights(weights)

  /** Weights and running statistics, not copied. */
  def model: Seq[StateVector] = Seq(StateVector(s"$role.weights", Sharing.Same, weights),
    StateVector(s"$role.statistics", Sharing.Averaged, network.state))

  /** This replica's part of the optimiser's moments. */
  def moments: Seq[StateVector] = optimizer.moments.map { case (name, values) =>
    StateVector(s"$role.optimizer.$name", Sharing.Parted, values)
  }

  def counters: Map[String, Int] =
    optimizer.counters.map { case (name, n) => s"$role.optimizer.$name" -> n }

  // Copies between the network and the vectors go range by range, while a range is in a cache.
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
