package com.intel.analytics.bigdl.dllib.gan

import com.intel.analytics.bigdl.dllib.optim.OptimMethod
import com.intel.analytics.bigdl.dllib.tensor.{Storage, Tensor}

/**
 * One of dllib's element-wise optimisers over a part of a flat weight vector.
 *
 * The part is cut into slices that fit a core's cache, each with an optimiser of its own: dllib's
 * pass over its vectors some ten times an update, which at full length is as often from memory.
 */
private[gan] final class FlatOptimizer(method: OptimMethod[Float], from: Int, until: Int,
  parallel: Workers) {
  private val starts = (from until until by FlatOptimizer.SliceLength).toArray
  private val methods = starts.map(_ => method.clone())
  private val norms = new Array[Double](starts.length)

  /** Moves `weights(from until until)`, and returns the squared norm of their gradients. */
  def update(weights: Array[Float], gradients: Array[Float], iteration: Int, epoch: Int): Double = {
    val (w, g) = (Storage[Float](weights), Storage[Float](gradients))
    parallel.range(starts.length) { i =>
      val size = Array(math.min(FlatOptimizer.SliceLength, until - starts(i)))
      val gradient = Tensor[Float](g, starts(i) + 1, size)
      norms(i) = squaredNorm(gradients, starts(i), size(0))
      methods(i).state.update("neval", iteration + 1)
      methods(i).state.update("epoch", epoch + 1)
      methods(i).optimize(_ => (0f, gradient), Tensor[Float](w, starts(i) + 1, size))
    }
    norms.sum
  }

  private def squaredNorm(values: Array[Float], first: Int, count: Int): Double = {
    var sum = 0.0
    var i = first
    while (i < first + count) {
      sum += values(i).toDouble * values(i)
      i += 1
    }
    sum
  }
}

private[gan] object FlatOptimizer {
  val SliceLength: Int = 1 << 14
}
