package com.intel.analytics.bigdl.dllib.gan.cluster

/**
 * A replica is gone, or out of step with the others. The only remedy is a new start from an earlier
 * state.
 *
 * It has no cause, because its text is all that Spark brings to the driver.
 */
private[gan] final class ReplicaLost(message: String) extends RuntimeException(message)

/** A replica failed, for the reason in the message. A new start would not help. */
private[gan] final class ReplicaFailed(message: String) extends RuntimeException(message)

/** Executors cannot reach each other, for the reason in the message. None of them is lost. */
private[gan] final class NetworkProblem(message: String) extends RuntimeException(message)
