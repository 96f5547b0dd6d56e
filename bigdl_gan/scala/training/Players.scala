package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Workers}
import com.intel.analytics.bigdl.dllib.gan.training.loss.Loss

/**
 * Generator and discriminator, their optimisers, and the rule by which they play: all that an
 * update needs but images and latents.
 *
 * @param config  of the training; its seeds belong to the streams and the source of the images
 * @param streams of the dropout layers
 */
private[gan] final class Players(context: DnnContext, config: TrainingConfig,
  initial: TrainingState, streams: AdversarialStep.Streams, exchange: Exchange,
  parallel: Workers) {
  val clock = new Clock
  val step = new AdversarialStep(context, config.generator, config.discriminator, config.batch,
    Loss.all(config.loss), streams, parallel)
  // running statistics come before the weights, which layers of dllib's take with them
  step.generator.loadState(initial.statistics("generator"))
  step.discriminator.loadState(initial.statistics("discriminator"))
  val generator: Trainee =
    new Trainee("generator", step.generator, config.generatorOptimizer, initial, exchange, parallel)
  val discriminator: Trainee = new Trainee("discriminator", step.discriminator,
    config.discriminatorOptimizer, initial, exchange, parallel)
  private val trainees = Seq(generator, discriminator)
  private val rule =
    new UpdateRule(step, generator, discriminator, streams, config.criticUpdates, clock)

  /** Weights and running statistics: what models are made of. */
  def models: Seq[StateVector] = trainees.flatMap(_.model)

  /** What else the future depends on. */
  def moments: Seq[StateVector] = trainees.flatMap(_.moments)

  def counters: Map[String, Int] = trainees.flatMap(_.counters).toMap

  def update(iteration: Int, source: BatchSource): Unit = rule.run(iteration, source)
}
