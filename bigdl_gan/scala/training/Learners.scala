package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.Workers

/** Both networks' learners, and what they add to a training's state. */
private[gan] final class Learners(players: Players, config: TrainingConfig, initial: TrainingState,
  exchange: Exchange, parallel: Workers) {
  val generator: Learner = new Learner("generator", players.generator, config.generator,
    config.generatorDescent, initial, exchange, parallel)
  val discriminator: Learner = new Learner("discriminator", players.discriminator,
    config.discriminator, config.discriminatorDescent, initial, exchange, parallel)

  /** @param iteration the generator's updates before the one that begins */
  def begin(iteration: Int): Unit = both.foreach(_.begin(iteration))

  def both: Seq[Learner] = Seq(generator, discriminator)

  /** Weights and running statistics, which make up the models, and the averages of both. */
  def models: Seq[StateVector] = both.flatMap(_.model)

  /** The optimisers' moments, on which the future also depends. */
  def moments: Seq[StateVector] = both.flatMap(_.moments)

  def counters: Map[String, Int] = both.flatMap(_.counters).toMap
}
