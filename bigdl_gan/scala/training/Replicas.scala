package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.{Registry, ReplicaLost}

/** The replicas that live in this JVM, by training. */
private[gan] object Replicas {
  private val all = new Registry[Replica](_.close())

  def put(training: String, replica: Replica): Unit = all.put(training, replica)

  def get(training: String): Replica = all.get(training).getOrElse(
    throw new ReplicaLost("This executor does not hold the training's replica."))

  def end(training: String): Unit = all.end(training)
  def count: Int = all.size
}
