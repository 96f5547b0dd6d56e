package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.network.{Network, NetworkSpec}
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.Averaging

/**
 * One network's weights on this replica, and how its gradients move them.
 *
 * @param role    "generator" or "discriminator"
 * @param initial the entire training's
 */
private[gan] final class Learner(role: String, network: Network, spec: NetworkSpec, descent: Descent,
  initial: TrainingState, exchange: Exchange, parallel: Workers) {
  network.loadState(initial.statistics(role)) // first: dllib's layers take both with the weights
  network.loadWeights(initial.weights(role))

  private val mover = new Mover(descent, network, initial.optimizer(role),
    initial.average(role).map(_.weights), exchange, parallel)
  private val averageStatistics =
    initial.average(role).map(_.statistics).getOrElse(initial.statistics(role)).clone()
  private val notAveraged = spec.nodes.filter(node => node.stateCount > 0 && !node.layer.mayAverageState)
  private var iteration = 0

  /** This replica's part of the squared norm of the last update's gradient. */
  var squaredNorm = 0.0

  /** See `Mover`. */
  def gradients: Array[Float] = mover.gradients

  /** Copies of all weights. */
  def weights: Array[Float] = network.weights

  /** Copies of weights and running statistics, and of the average of both. */
  def model: Seq[StateVector] = Seq(StateVector(s"$role.weights", Sharing.Same, weights),
    StateVector(s"$role.statistics", Sharing.Averaged, network.state)) ++
    mover.average.toSeq.flatMap(average => Seq(StateVector(s"$role.average", Sharing.Parted, average),
      StateVector(s"$role.averageStatistics", Sharing.Averaged, averageStatistics.clone())))

  /** This replica's part of the optimiser's moments. */
  def moments: Seq[StateVector] = mover.moments.map { case (name, values) =>
    StateVector(s"$role.optimizer.$name", Sharing.Parted, values)
  }

  def counters: Map[String, Int] =
    mover.counters.map { case (name, n) => s"$role.optimizer.$name" -> n }

  /** @param iteration the generator's updates before the one that begins */
  def begin(iteration: Int): Unit = this.iteration = iteration

  def update(clock: Clock): Unit = clock.time(Clock.Optimizer) {
    squaredNorm = mover(iteration, clock)
    network.refreshWeights() // here, so that the kernels' copies count as this part of an update
    descent.averaging.foreach { averaging =>
      val now = network.state
      Averaging.blend(now, now.length, averageStatistics, averaging.share(iteration))
      notAveraged.foreach(node => java.util.Arrays.fill(averageStatistics, node.stateOffset,
        node.stateOffset + node.stateCount, 0f))
    }
  }
}
