package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * What one step of an optimiser depends on, besides gradients and moments.
 *
 * @param done   steps before this one
 * @param factor of the learning rate, from its schedule
 */
private[gan] case class Step(done: Int, factor: Double)
