package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.Network
import com.intel.analytics.bigdl.dllib.gan.training.loss.Loss
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Optimizer, OptimizerState}

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
  step.generator.loadState(initial.weights.generatorState)
  step.discriminator.loadState(initial.weights.discriminatorState)
  val generator: Trainee = trainee(step.generator, config.generatorOptimizer,
    initial.weights.generator, initial.generatorOptimizer)
  val discriminator: Trainee = trainee(step.discriminator, config.discriminatorOptimizer,
    initial.weights.discriminator, initial.discriminatorOptimizer)
  private val rule =
    new UpdateRule(step, generator, discriminator, streams, config.criticUpdates, clock)

  private def trainee(network: Network, method: Optimizer, weights: Array[Float],
    memory: OptimizerState): Trainee =
    new Trainee(network, method, weights.clone(), memory, exchange, parallel)

  def update(iteration: Int, source: BatchSource): Unit = rule.run(iteration, source)
}
