package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Registry

/**
 * A replica is gone, or not where the others are: only a new start from an earlier state helps.
 *
 * Its text is all that Spark brings to the driver, so that it has no cause.
 */
private[gan] final class ReplicaLost(message: String) extends RuntimeException(message)

/** A replica failed by itself, for what its message says: to start again would not help. */
private[gan] final class ReplicaFailed(message: String) extends RuntimeException(message)

/** Executors cannot speak with each other, for what its message says: none is lost. */
private[gan] final class NetworkProblem(message: String) extends RuntimeException(message)

/** The replicas that live in this JVM, by training. */
private[gan] object Replicas {
  private val all = new Registry[Replica](_.close())

  def put(training: String, replica: Replica): Unit = all.put(training, replica)

  def get(training: String): Replica = all.get(training).getOrElse(
    throw new ReplicaLost("This executor does not hold the training's replica."))

  def end(training: String): Unit = all.end(training)
  def count: Int = all.size
}
