package com.intel.analytics.bigdl.dllib.gan.cluster

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
