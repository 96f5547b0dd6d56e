package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStreams
import com.intel.analytics.bigdl.dllib.gan.training.loss.{LeCam, Loss}

/**
 * Everything that an update needs except images and latents: the networks, their objective, their
 * learners, and the rule of updates.
 *
 * @param config  the training's, whose seeds are for the streams and the source of the images
 * @param streams for the dropout layers
 */
private[gan] final class Game(context: DnnContext, config: TrainingConfig, initial: TrainingState,
  streams: DropoutStreams, exchange: Exchange, parallel: Workers) {
  val clock = new Clock
  private val objective = new Objective(Loss.of(config.loss, config.labelSmoothing),
    if (config.leCam > 0) Some(new LeCam(config.leCam, initial.logitAverages)) else None,
    config.batch / config.microBatches, config.microBatches, exchange, clock)
  private val players =
    new Players(context, config, streams, objective.statistics.penalties, parallel)
  val learners = new Learners(players, config, initial, exchange, parallel)
  private val rule =
    UpdateRule.of(config.criticUpdates, players, objective, learners, clock)

  /** Both networks' statistics in the last update. */
  def statistics: StepStatistics = objective.statistics

  /** What the future depends on, besides the models. */
  def memory: Seq[StateVector] = learners.moments ++ objective.state

  def update(iteration: Int, source: BatchSource): Unit = {
    learners.begin(iteration)
    rule.update(iteration, source)
  }
}
