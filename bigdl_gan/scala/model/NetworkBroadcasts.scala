package com.intel.analytics.bigdl.dllib.gan.model

import java.lang.ref.WeakReference

import com.intel.analytics.bigdl.dllib.gan.network.TrainedNetwork
import org.apache.spark.SparkContext
import org.apache.spark.broadcast.Broadcast

/** The networks last sent to the executors: all rows computed with one state share one broadcast. */
private[gan] object NetworkBroadcasts {
  private final class Sent(val model: WeakReference[AnyRef], val application: String,
    val network: TrainedNetwork, val broadcast: Broadcast[TrainedNetwork])

  private var latest = Seq[Sent]() // one for each live model
  private var total = 0L

  /** How many broadcasts this JVM has made. */
  def count: Long = synchronized(total)

  /**
   * A broadcast of a network's present state.
   *
   * Spark's cleaner removes an earlier one when the last DataFrame that uses it is gone, so any
   * such DataFrame can still be computed.
   *
   * @param model the Keras model that was lowered; compared by identity, because dllib's `equals`
   *              compares a module's last output
   */
  def of(model: AnyRef, lowered: Lowered, sc: SparkContext): Broadcast[TrainedNetwork] =
    synchronized {
      val present = lowered.trained
      latest = latest.filter(s => s.model.get != null && s.application == sc.applicationId)
      val known = latest.find(_.model.get.eq(model))
      known.filter(_.network.isLike(present)).map(_.broadcast).getOrElse {
        val broadcast = sc.broadcast(present)
        total += 1
        latest = latest.filterNot(known.contains) :+
          new Sent(new WeakReference(model), sc.applicationId, present, broadcast)
        broadcast
      }
    }
}
