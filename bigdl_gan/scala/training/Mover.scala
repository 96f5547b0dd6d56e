package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.network.FlatWeights
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Averaging, Clipping, OptimizerState}
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{SlicedOptimizer, Turn}

/**
 * Moves one network's weights: each replica moves its part by the mean of all gradients, and gets the
 * other parts. Copies from and to the network go range by range, while a range is in a cache.
 *
 * @param network whose weights move
 * @param memory  what the optimiser remembers for all weights
 * @param before  the average of all weights so far; empty if it begins with the weights
 */
private[gan] final class Mover(descent: Descent, network: FlatWeights, memory: OptimizerState,
  before: Option[Array[Float]], exchange: Exchange, parallel: Workers) {
  /** In a new training. */
  def this(descent: Descent, network: FlatWeights, exchange: Exchange, parallel: Workers) =
    this(descent, network, OptimizerState(Map.empty, Map.empty), None, exchange, parallel)

  private val count = network.weightCount
  private val (from, until) = exchange.part(count)
  private val isAlone = exchange.size == 1
  private val optimizer = new SlicedOptimizer(descent.optimizer, from, until, memory, parallel)
  private val sums, moved = new Array[Float](if (isAlone) 0 else count) // what is exchanged
  private val averages =
    descent.averaging.map(_ => optimizer.slices(before.getOrElse(network.weights)))

  def moments: Seq[(String, Array[Float])] = optimizer.moments
  def counters: Map[String, Int] = optimizer.counters

  /** A copy of this replica's part of the weights' moving average, if there is one. */
  def average: Option[Array[Float]] = averages.map(slices => Array.concat(slices: _*))

  /** This replica's part of the mean gradient in the last update, before it was clipped. */
  def gradients: Array[Float] = {
    val own = new Array[Float](until - from)
    readGradients(from, own.length, own)
    own
  }

  private def readGradients(first: Int, n: Int, to: Array[Float]): Unit =
    if (isAlone) network.readGradients(first, n, to, 0) else System.arraycopy(sums, first, to, 0, n)

  /**
   * @param update the generator's updates before this one
   * @return the squared norm of this replica's part of the mean gradient, before it is clipped
   */
  def apply(update: Int, clock: Clock): Double = {
    if (!isAlone) {
      clock.time(Clock.Exchange)(exchange.reduceScatter(sums, count)((at, n) =>
        network.readGradients(at, n, sums, at)))
    }
    val factor = descent.clipNorm.map(limit => Clipping.factor(squaredNorm(clock), limit))
    val share = descent.averaging.map(_.share(update)).getOrElse(0f)
    val own = clock.time(Clock.Optimizer) {
      optimizer.update(descent.schedule(update))({ turn =>
        network.readWeights(turn.start, turn.count, turn.weights, 0)
        readGradients(turn.start, turn.count, turn.gradients)
      }, clip(_, factor.getOrElse(1f)), finish(_, share))
    }
    if (!isAlone) {
      clock.time(Clock.Exchange)(exchange.allGather(moved, count)((at, n) =>
        network.loadWeights(at, n, moved, at)))
    }
    own
  }

  private def finish(turn: Turn, share: Float): Unit = {
    descent.clipWeights.foreach(most => Clipping.clamp(turn.weights, turn.count, most.toFloat))
    averages.foreach(slices => Averaging.blend(turn.weights, turn.count, slices(turn.slice), share))
    network.loadWeights(turn.start, turn.count, turn.weights, 0)
    if (!isAlone) System.arraycopy(turn.weights, 0, moved, turn.start, turn.count)
  }

  /** Of the mean gradient, over all replicas: a pass of its own, because all weights depend on it. */
  private def squaredNorm(clock: Clock): Double = {
    val own = clock.time(Clock.Optimizer) {
      optimizer.squaredNorm(turn => readGradients(turn.start, turn.count, turn.gradients))
    }
    // Norms, because a square may be too large for a float.
    val norms = clock.time(Clock.Exchange)(exchange.gather(Array(math.sqrt(own).toFloat)))
    norms.map(norm => norm.toDouble * norm).sum
  }

  private def clip(turn: Turn, factor: Float): Unit = {
    if (factor != 1f) Clipping.scale(turn.gradients, turn.count, factor)
    descent.clipValue.foreach(most => Clipping.clamp(turn.gradients, turn.count, most.toFloat))
  }
}
