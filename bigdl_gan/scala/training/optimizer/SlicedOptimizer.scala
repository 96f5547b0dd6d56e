package com.intel.analytics.bigdl.dllib.gan.training.optimizer

import com.intel.analytics.bigdl.dllib.gan.native.Workers

/**
 * Runs an optimiser on a part of a flat weight vector, in slices that fit a core's cache. A caller
 * that copies a slice before or after its turn finds it there.
 *
 * @param initial what the optimiser remembers for the entire vector; empty at the beginning
 */
private[gan] final class SlicedOptimizer(optimizer: Optimizer, from: Int, until: Int,
  initial: OptimizerState, parallel: Workers) {
  private val starts = (from until until by SlicedOptimizer.SliceLength).toArray
  private val norms = new Array[Double](starts.length)
  private var done = initial.counters.getOrElse(SlicedOptimizer.Counter, 0)
  private val memory = optimizer.moments.map { name =>
    initial.vectors.get(name).map(java.util.Arrays.copyOfRange(_, from, until))
      .getOrElse(new Array[Float](until - from))
  }.toArray

  private def sizeAt(start: Int): Int = math.min(SlicedOptimizer.SliceLength, until - start)

  /** What the optimiser remembers besides its moments; empty before its first update. */
  def counters: Map[String, Int] =
    if (done == 0) Map.empty else Map(SlicedOptimizer.Counter -> done)

  /** Copies of this part's moments; empty before the first update. */
  def moments: Seq[(String, Array[Float])] =
    if (done == 0) Nil else optimizer.moments.zip(memory.map(_.clone()))

  /**
   * Moves `weights(from until until)`, and returns the squared norm of their gradients.
   *
   * @param factor of the learning rate
   * @param before called with the first index and the length of each slice before its turn
   * @param clip   the same, when the norm of its gradients is known and before they are used
   * @param after  the same, after its turn
   */
  def update(weights: Array[Float], gradients: Array[Float], factor: Double)
    (before: (Int, Int) => Unit, clip: (Int, Int) => Unit, after: (Int, Int) => Unit): Double = {
    val step = Step(done, factor)
    parallel.range(starts.length) { i =>
      val size = sizeAt(starts(i))
      before(starts(i), size)
      norms(i) = squaredNorm(gradients, starts(i), size)
      clip(starts(i), size)
      optimizer.move(weights, gradients, starts(i), size, memory, from, step)
      after(starts(i), size)
    }
    done += 1
    norms.sum
  }

  /** The squared norm of `gradients(from until until)`; `before` as in `update`. */
  def squaredNorm(gradients: Array[Float])(before: (Int, Int) => Unit): Double = {
    parallel.range(starts.length) { i =>
      before(starts(i), sizeAt(starts(i)))
      norms(i) = squaredNorm(gradients, starts(i), sizeAt(starts(i)))
    }
    norms.sum
  }

  /** Uses four sums, because in a single one each addition would wait for the previous one. */
  private def squaredNorm(values: Array[Float], first: Int, count: Int): Double = {
    var a, b, c, d = 0.0
    val (until, untilFours) = (first + count, first + count / 4 * 4)
    var i = first
    while (i < untilFours) {
      a += values(i).toDouble * values(i)
      b += values(i + 1).toDouble * values(i + 1)
      c += values(i + 2).toDouble * values(i + 2)
      d += values(i + 3).toDouble * values(i + 3)
      i += 4
    }
    while (i < until) {
      a += values(i).toDouble * values(i)
      i += 1
    }
    a + b + c + d
  }
}

private[gan] object SlicedOptimizer {
  val SliceLength: Int = 1 << 14

  private val Counter = "evalCounter" // dllib's name, which checkpoints have
}
