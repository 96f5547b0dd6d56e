package com.intel.analytics.bigdl.dllib.gan.training

/**
 * A replica's report on a chunk of updates.
 *
 * @param rows   `Replica.StatisticNames` for each update
 * @param finite whether all weights and running statistics are finite after the last update
 */
private[gan] case class ChunkResult(rows: Array[Double], finite: Boolean) extends Serializable

/** Why a replica did not finish a chunk, and whether the cause is the loss of another replica. */
private[gan] case class Shortfall(isLoss: Boolean, reason: String) extends Serializable
