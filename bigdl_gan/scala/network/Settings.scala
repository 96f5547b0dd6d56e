package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.Workers
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream

/**
 * How a network is compiled.
 *
 * @param groups     how many groups of samples a batch has; no layer mixes two groups
 * @param training   true: batch statistics, dropout, backward passes; false: running statistics
 * @param dropout    the random stream for the dropout masks
 * @param parallel   runs loops that are written in Scala
 * @param order      the order of the flat vectors
 */
private[gan] final case class Settings(groups: Int, training: Boolean, dropout: DropoutStream,
  parallel: Workers, order: FlatOrder = FlatOrder.Plain)
