package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * What an optimiser remembers for all or a part of a weight vector; empty at the beginning.
 *
 * @param counters numbers: `evalCounter`, the updates done
 * @param vectors  a value per weight, such as Adam's moments `s` and `r`
 */
private[gan] case class OptimizerState(counters: Map[String, Int],
  vectors: Map[String, Array[Float]])
