package com.intel.analytics.bigdl.dllib.gan.training

/**
 * What a replica tells of some updates.
 *
 * @param rows   `Replica.StatisticNames` for each update
 * @param finite whether all weights and running statistics are finite after the last
 */
private[gan] case class ChunkResult(rows: Array[Double], finite: Boolean) extends Serializable

/** What a replica did not do, and whether for another one's sake. */
private[gan] case class Shortfall(isLoss: Boolean, reason: String) extends Serializable
