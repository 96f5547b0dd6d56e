package com.intel.analytics.bigdl.dllib.gan.training

/** Where a replica can be reached by the one before it. */
private[gan] case class Peer(executor: String, host: String, port: Int) extends Serializable {
  override def toString: String = s"executor $executor ($host)"
}
