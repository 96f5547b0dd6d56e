package com.intel.analytics.bigdl.dllib.gan.diagnosis

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers
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
    val results = Array.fill(size)((Array.empty[Float], Array.empty[Float]))
    def replica(exchange: Exchange): Unit = {
      val parallel = new Workers(1, "bigdl-gan-probe")
      try {
        exchange.begin(() => false)
        val (mine, clock) = (weights.clone(), new Clock)
        val mover = new Mover(descent, mine, exchange, parallel)
        for (update <- 0 until given.length / size) {
          val own = given(update * size + exchange.rank)
          mover(update, clock)((at, n) => System.arraycopy(own, at, mover.gradients, at, n), (_, _) => ())
        }
        results(exchange.rank) = (mine, mover.average.getOrElse(Array.empty))
      } finally parallel.close()
    }
    Probe.inRing(size, encrypted = false)(replica)
    Seq(results.flatMap(_._1), results.flatMap(_._2))
  }
}
