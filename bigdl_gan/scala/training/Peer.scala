package com.intel.analytics.bigdl.dllib.gan.training

/** Where the previous replica can reach this one. */
private[gan] case class Peer(executor: String, host: String, port: Int) extends Serializable {
  override def toString: String = s"executor $executor ($host)"
}
