package com.intel.analytics.bigdl.dllib.gan.training

/** Weights and running statistics of both networks. */
private[gan] case class Weights(generator: Array[Float], generatorState: Array[Float],
  discriminator: Array[Float], discriminatorState: Array[Float]) extends Serializable
