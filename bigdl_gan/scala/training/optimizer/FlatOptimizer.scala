package com.intel.analytics.bigdl.dllib.gan.training.optimizer

import java.util.Arrays

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.optim.OptimMethod
import com.intel.analytics.bigdl.dllib.tensor.{Storage, Tensor}
import com.intel.analytics.bigdl.dllib.utils.T

/**
 * One of dllib's element-wise optimisers over a part of a flat weight vector.
 *
 * The part is cut into slices that fit a core's cache, each with an optimiser of its own: dllib's
 * pass over its vectors some ten times an update, which at full length is as often from memory.
 *
 * @param initial what the optimiser remembers of the whole vector
 */
private[gan] final class FlatOptimizer(method: OptimMethod[Float], from: Int, until: Int,
  initial: OptimizerState, parallel: Workers) {
  private val starts = (from until until by FlatOptimizer.SliceLength).toArray
  private val methods = starts.map(start => restored(start))
  private val norms = new Array[Double](starts.length)

  private def sizeAt(start: Int): Int = math.min(FlatOptimizer.SliceLength, until - start)

  private def restored(start: Int): OptimMethod[Float] = {
    val (copy, size) = (method.clone(), sizeAt(start))
    copy.state = T("epoch" -> 1, "neval" -> 1) // whatever the user's object was used for before
    def tensor(values: Array[Float]) = Tensor[Float](Storage[Float](values), 1, Array(size))
    initial.counters.foreach { case (name, n) => copy.state.update(name, n) }
    initial.vectors.foreach { case (name, values) =>
      copy.state.update(name, tensor(Arrays.copyOfRange(values, start, start + size)))
      FlatOptimizer.Scratch.get(name)
        .foreach(copy.state.update(_, tensor(new Array[Float](size))))
    }
    copy
  }

  /** What the optimiser remembers of this part. */
  def state: OptimizerState = {
    val counters = mutable.Map[String, Int]()
    val vectors = mutable.Map[String, Array[Float]]()
    methods.indices.foreach { i =>
      methods(i).state.foreach {
        case (name: String, n: Int) => counters(name) = n
        case (name: String, slice: Tensor[_]) if !FlatOptimizer.Scratch.values.exists(_ == name) =>
          val whole = vectors.getOrElseUpdate(name, new Array[Float](until - from))
          System.arraycopy(slice.storage().array(), slice.storageOffset() - 1, whole,
            starts(i) - from, sizeAt(starts(i)))
        case _ =>
      }
    }
    OptimizerState(counters.toMap, vectors.toMap)
  }

  /**
   * Moves `weights(from until until)`, and returns the squared norm of their gradients.
   *
   * @param before called with the first index and the length of each slice before its turn
   * @param after  the same, after it
   */
  def update(weights: Array[Float], gradients: Array[Float], iteration: Int, epoch: Int)
    (before: (Int, Int) => Unit, after: (Int, Int) => Unit): Double = {
    val (w, g) = (Storage[Float](weights), Storage[Float](gradients))
    parallel.range(starts.length) { i =>
      val size = Array(sizeAt(starts(i)))
      before(starts(i), size(0))
      val gradient = Tensor[Float](g, starts(i) + 1, size)
      norms(i) = squaredNorm(gradients, starts(i), size(0))
      methods(i).state.update("neval", iteration + 1)
      methods(i).state.update("epoch", epoch + 1)
      methods(i).optimize(_ => (0f, gradient), Tensor[Float](w, starts(i) + 1, size))
      after(starts(i), size(0))
    }
    norms.sum
  }

  /** In four sums, because one would wait for each of its additions. */
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

private[gan] object FlatOptimizer {
  val SliceLength: Int = 1 << 14

  /** Whether an optimiser remembers something of an earlier use. */
  def isUsed(method: OptimMethod[Float]): Boolean =
    method.state.keySet.exists(key => key != "epoch" && key != "neval")

  /**
   * Buffers that dllib's Adam and RMSprop overwrite before they read them, by the moments without
   * which they would not expect them: not worth keeping.
   */
  private val Scratch = Map("s" -> "denom", "sumSquare" -> "rms")
}
