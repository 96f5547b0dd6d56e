package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.model.Lowered
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.OptimizerState

/**
 * All that the future of a training depends on, besides its settings and its images: the position
 * in the data and every random number are functions of the seed and the iteration.
 *
 * @param iteration updates done
 */
private[gan] case class TrainingState(iteration: Int, weights: Weights,
  generatorOptimizer: OptimizerState, discriminatorOptimizer: OptimizerState)
  extends Serializable

private[gan] object TrainingState {
  def initial(generator: Lowered, discriminator: Lowered): TrainingState =
    TrainingState(0, Weights(generator.weights, generator.state, discriminator.weights,
      discriminator.state), OptimizerState.Empty, OptimizerState.Empty)

  /**
   * The whole, from the replicas' parts in the order of their ranks.
   *
   * Running statistics are averaged: they do not influence the training, and are linear in what
   * they average, so that the mean goes on as the replicas' own would have.
   */
  def join(parts: Array[TrainingState]): TrainingState = {
    val first = parts.head
    first.copy(
      weights = first.weights.copy(generatorState = mean(parts.map(_.weights.generatorState)),
        discriminatorState = mean(parts.map(_.weights.discriminatorState))),
      generatorOptimizer = OptimizerState.join(parts.map(_.generatorOptimizer)),
      discriminatorOptimizer = OptimizerState.join(parts.map(_.discriminatorOptimizer)))
  }

  private def mean(vectors: Array[Array[Float]]): Array[Float] =
    vectors.head.indices.map(i => vectors.map(_(i)).sum / vectors.length).toArray

  /** Puts weights and running statistics into the Keras models. */
  def store(state: TrainingState, generator: Lowered, discriminator: Lowered): Unit = {
    generator.store(state.weights.generator, state.weights.generatorState)
    discriminator.store(state.weights.discriminator, state.weights.discriminatorState)
  }
}
