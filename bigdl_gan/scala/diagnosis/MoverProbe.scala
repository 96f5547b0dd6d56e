package com.intel.analytics.bigdl.dllib.gan.diagnosis

import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.network.FlatWeights
import com.intel.analytics.bigdl.dllib.gan.training.{Clock, Descent, Mover}

/** Moves weights by the caller's gradients, in the driver, on one or several replicas. */
private[gan] object MoverProbe {
  /**
   * @param weights   the first ones
   * @param gradients (updates, size, weights)
   * @return each replica's weights after the last update, (size, weights), and the average, if any
   */
  def run(descent: Descent, weights: Array[Float], gradients: Array[Float], size: Int)
  : Seq[Array[Float]] = {
    val given = gradients.grouped(weights.length).toArray
    val results = Probe.onReplicas(size) { exchange =>
      val parallel = new Workers(1, "bigdl-gan-probe")
      try {
        val (mine, clock) = (new Given(weights.clone()), new Clock)
        val mover = new Mover(descent, mine, exchange, parallel)
        for (update <- 0 until given.length / size) {
          mine.gradients = given(update * size + exchange.rank)
          mover(update, clock)
        }
        (mine.values, mover.average.getOrElse(Array.empty[Float]))
      } finally parallel.close()
    }
    Seq(results.flatMap(_._1), results.flatMap(_._2))
  }

  private final class Given(val values: Array[Float]) extends FlatWeights {
    var gradients: Array[Float] = Array.empty
    override def weightCount: Int = values.length

    override def readWeights(from: Int, count: Int, to: Array[Float], at: Int): Unit =
      System.arraycopy(values, from, to, at, count)

    override def readGradients(from: Int, count: Int, to: Array[Float], at: Int): Unit =
      System.arraycopy(gradients, from, to, at, count)

    override def loadWeights(from: Int, count: Int, weights: Array[Float], at: Int): Unit =
      System.arraycopy(weights, at, values, from, count)
  }
}
