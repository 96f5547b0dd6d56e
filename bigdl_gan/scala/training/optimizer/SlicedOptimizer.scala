package com.intel.analytics.bigdl.dllib.gan.training.optimizer

import com.intel.analytics.bigdl.dllib.gan.native.Workers

/**
 * Runs an optimiser on a part of a flat weight vector, in slices that fit a core's cache. A caller
 * that copies a slice before or after its turn finds it there.
 *
 * What it remembers for a slice's weights is in arrays of the slice's own, and a thread copies weights
 * and gradients to arrays of its own, so that all loops have the same index for all their arrays: only
 * then does Java's compiler turn them into vector instructions.
 *
 * @param initial what the optimiser remembers for the entire vector; empty at the beginning
 */
private[gan] final class SlicedOptimizer(optimizer: Optimizer, from: Int, until: Int,
  initial: OptimizerState, parallel: Workers) {
  private val starts = (from until until by SlicedOptimizer.SliceLength).toArray
  private val norms = new Array[Double](starts.length)
  private var done = initial.counters.getOrElse(SlicedOptimizer.Counter, 0)
  private val memory: Array[Array[Array[Float]]] = { // (slices, moments, weights)
    val moments = optimizer.moments.map(name => initial.vectors.get(name).map(slices)
      .getOrElse(starts.indices.map(i => new Array[Float](sizeOf(i))).toArray))
    starts.indices.map(i => moments.map(_(i)).toArray).toArray
  }
  private val turns = new ThreadLocal[Turn] {
    override def initialValue(): Turn = new Turn(SlicedOptimizer.SliceLength)
  }

  private def sizeOf(slice: Int): Int =
    math.min(SlicedOptimizer.SliceLength, until - starts(slice))

  /** This part of a complete vector, cut into the slices; copied. */
  def slices(values: Array[Float]): Array[Array[Float]] = starts.indices.map(i =>
    java.util.Arrays.copyOfRange(values, starts(i), starts(i) + sizeOf(i))).toArray

  /** What the optimiser remembers besides its moments; empty before its first update. */
  def counters: Map[String, Int] =
    if (done == 0) Map.empty else Map(SlicedOptimizer.Counter -> done)

  /** Copies of this part's moments; empty before the first update. */
  def moments: Seq[(String, Array[Float])] = if (done == 0) Nil else {
    optimizer.moments.zipWithIndex.map { case (name, i) => name -> Array.concat(memory.map(_(i)): _*) }
  }

  private def eachSlice(body: Turn => Unit): Unit = parallel.range(starts.length) { i =>
    val turn = turns.get
    turn.slice = i
    turn.start = starts(i)
    turn.count = sizeOf(i)
    body(turn)
  }

  /**
   * Moves this part's weights, and returns the squared norm of their gradients. The arguments are
   * called for each slice, maybe from other threads.
   *
   * @param factor of the learning rate
   * @param before writes its weights and gradients into the turn
   * @param clip   may change the gradients, whose norm is known
   * @param after  takes the new weights
   */
  def update(factor: Double)(before: Turn => Unit, clip: Turn => Unit, after: Turn => Unit): Double = {
    val step = Step(done, factor)
    eachSlice { turn =>
      before(turn)
      norms(turn.slice) = SlicedOptimizer.squaredNorm(turn.gradients, turn.count)
      clip(turn)
      optimizer.move(turn.weights, turn.gradients, turn.count, memory(turn.slice), step)
      after(turn)
    }
    done += 1
    norms.sum
  }

  /** The squared norm of this part's gradients, which `before` writes into the turn. */
  def squaredNorm(before: Turn => Unit): Double = {
    eachSlice { turn =>
      before(turn)
      norms(turn.slice) = SlicedOptimizer.squaredNorm(turn.gradients, turn.count)
    }
    norms.sum
  }
}

private[gan] object SlicedOptimizer {
  val SliceLength: Int = 1 << 13

  private val Counter = "evalCounter" // dllib's name, which checkpoints have

  /** Uses four sums, because in a single one each addition would wait for the previous one. */
  private def squaredNorm(values: Array[Float], count: Int): Double = {
    var a, b, c, d = 0.0
    val untilFours = count / 4 * 4
    var i = 0
    while (i < untilFours) {
      a += values(i).toDouble * values(i)
      b += values(i + 1).toDouble * values(i + 1)
      c += values(i + 2).toDouble * values(i + 2)
      d += values(i + 3).toDouble * values(i + 3)
      i += 4
    }
    while (i < count) {
      a += values(i).toDouble * values(i)
      i += 1
    }
    a + b + c + d
  }
}
