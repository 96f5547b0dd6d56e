package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * What one of dllib's optimisers remembers, over a whole weight vector or a part of it.
 *
 * @param counters numbers, such as dllib's `evalCounter`
 * @param vectors  a value per weight, such as Adam's moments `s` and `r`
 */
private[gan] case class OptimizerState(counters: Map[String, Int],
  vectors: Map[String, Array[Float]]) extends Serializable

private[gan] object OptimizerState {
  val Empty: OptimizerState = OptimizerState(Map.empty, Map.empty)

  /** The whole, from parts that lie one behind the other; parts without weights remember nothing. */
  def join(parts: Seq[OptimizerState]): OptimizerState = {
    val some = parts.filter(_.counters.nonEmpty)
    some.headOption.map(first => OptimizerState(first.counters,
      first.vectors.keys.map(name => name -> some.map(_.vectors(name)).toArray.flatten).toMap))
      .getOrElse(Empty)
  }
}
