package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.model.NetworkSpec
import com.intel.analytics.bigdl.dllib.optim.OptimMethod

/**
 * What every replica of a training is told.
 *
 * @param batch         images per update on one executor
 * @param criticUpdates 0 for the simultaneous rule
 * @param imageCount    images of the whole data set, for counting epochs
 * @param flip          whether images are mirrored at random
 */
private[gan] case class TrainingConfig(generator: NetworkSpec, discriminator: NetworkSpec,
  generatorMethod: OptimMethod[Float], discriminatorMethod: OptimMethod[Float], loss: String,
  batch: Int, criticUpdates: Int, seed: Long, imageCount: Long, flip: Boolean) extends Serializable {

  /** Passes over the data before update `iteration`, of `replicas` executors. */
  def epoch(iteration: Int, replicas: Int): Int =
    (iteration.toLong * batch * replicas * math.max(1, criticUpdates) / imageCount).toInt
}
