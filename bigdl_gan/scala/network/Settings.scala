package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream

/**
 * How a network is compiled.
 *
 * @param groups     how many groups of samples a batch consists of; no layer mixes two of them
 * @param training   batch statistics, dropout and backward passes, or running statistics only
 * @param dropout    the random stream of the dropout masks
 * @param parallel   runs loops that are written in Scala
 */
private[gan] final case class Settings(groups: Int, training: Boolean, dropout: DropoutStream,
  parallel: Workers)
