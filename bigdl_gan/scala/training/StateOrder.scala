package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.network.{FlatOrder, NetworkSpec}

/** Changes a state between the plain order, which models and files have, and the replicas' order. */
private[gan] final class StateOrder(config: TrainingConfig) {
  private val specs = TrainingState.Roles.zip(Seq(config.generator, config.discriminator)).toMap

  def forReplicas(plain: TrainingState): TrainingState = changed(plain)(config.order.fromPlain)
  def plain(state: TrainingState): TrainingState = changed(state)(config.order.toPlain)

  private def changed(state: TrainingState)(change: (NetworkSpec, Array[Float]) => Array[Float])
  : TrainingState = if (config.order == FlatOrder.Plain) state else {
    state.copy(vectors = state.vectors.map { case (name, values) =>
      name -> TrainingState.roleOfWeightwise(name).map(role => change(specs(role), values)).getOrElse(values)
    })
  }
}
