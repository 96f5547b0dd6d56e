package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Averaging, Optimizer}

/**
 * How gradients move one network's weights.
 *
 * @param schedule    of the learning rate
 * @param clipNorm    the longest gradient of the network
 * @param clipValue   the largest component of the gradient
 * @param clipWeights the largest weight, after the optimiser's step
 */
private[gan] case class Descent(optimizer: Optimizer, schedule: Schedule, clipNorm: Option[Double],
  clipValue: Option[Double], clipWeights: Option[Double], averaging: Option[Averaging])
