package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Averaging, Clipping, OptimizerState}
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{SlicedOptimizer, Step}

/**
 * Moves one network's weights: each replica moves its part by the mean of all gradients, and gets the
 * other parts.
 *
 * @param weights moved in place
 * @param memory  what the optimiser remembers for all weights
 * @param before  the average of all weights so far; empty if it begins with the weights
 */
private[gan] final class Mover(descent: Descent, weights: Array[Float], memory: OptimizerState,
  before: Option[Array[Float]], exchange: Exchange, parallel: Workers) {
  /** In a new training. */
  def this(descent: Descent, weights: Array[Float], exchange: Exchange, parallel: Workers) =
    this(descent, weights, OptimizerState(Map.empty, Map.empty), None, exchange, parallel)

  private val count = weights.length
  private val (from, until) = exchange.part(count)
  private val isAlone = exchange.size == 1
  private val optimizer = new SlicedOptimizer(descent.optimizer, from, until, memory, parallel)
  val gradients = new Array[Float](count)

  /** This replica's part of the weights' moving average, if there is one. */
  val average: Option[Array[Float]] = descent.averaging.map(_ =>
    java.util.Arrays.copyOfRange(before.getOrElse(weights), from, until))

  def moments: Seq[(String, Array[Float])] = optimizer.moments
  def counters: Map[String, Int] = optimizer.counters

  /**
   * @param update the generator's updates before this one
   * @param read   copies a range of this replica's own gradients to `gradients`
   * @param load   copies a range of new weights to the network; both are called while the range is in
   *               a cache, and maybe from other threads
   * @return the squared norm of this replica's part of the mean gradient, before it is clipped
   */
  def apply(update: Int, clock: Clock)(read: (Int, Int) => Unit, load: (Int, Int) => Unit): Double = {
    if (!isAlone) clock.time(Clock.Exchange)(exchange.reduceScatter(gradients, count)(read))
    val factor = descent.clipNorm.map(limit => Clipping.factor(squaredNorm(read, clock), limit))
    val isRead = !isAlone || factor.isDefined
    val share = descent.averaging.map(_.share(update)).getOrElse(0f)
    val own = clock.time(Clock.Optimizer) {
      optimizer.update(weights, gradients, descent.schedule(update))(
        if (isRead) Mover.nothing else read, clip(factor.getOrElse(1f)), { (at, n) =>
          descent.clipWeights.foreach(most => Clipping.clamp(weights, at, n, most.toFloat))
          average.foreach(Averaging.blend(weights, at, n, _, from, share))
          load(at, n)
        })
    }
    clock.time(Clock.Exchange)(exchange.allGather(weights, count)(load))
    own
  }

  /** Of the mean gradient, over all replicas: a pass of its own, because all weights depend on it. */
  private def squaredNorm(read: (Int, Int) => Unit, clock: Clock): Double = {
    val own = clock.time(Clock.Optimizer) {
      optimizer.squaredNorm(gradients)(if (isAlone) read else Mover.nothing)
    }
    // Norms, because a square may be too large for a float.
    val norms = clock.time(Clock.Exchange)(exchange.gather(Array(math.sqrt(own).toFloat)))
    norms.map(norm => norm.toDouble * norm).sum
  }

  private def clip(factor: Float): (Int, Int) => Unit = (at, n) => {
    if (factor != 1f) Clipping.scale(gradients, at, n, factor)
    descent.clipValue.foreach(most => Clipping.clamp(gradients, at, n, most.toFloat))
  }
}

private[gan] object Mover {
  private val nothing = (_: Int, _: Int) => ()
}
