package com.intel.analytics.bigdl.dllib.gan.generation

import java.lang.ref.WeakReference

import com.intel.analytics.bigdl.dllib.gan.model.Lowered
import org.apache.spark.SparkContext
import org.apache.spark.broadcast.Broadcast

/** The generators last sent to the executors: all images of one state share one broadcast. */
private[gan] object GeneratorBroadcasts {
  private final class Sent(val model: WeakReference[AnyRef], val application: String,
    val generator: TrainedGenerator, val broadcast: Broadcast[TrainedGenerator])

  private var latest = Seq[Sent]() // one for each live model
  private var total = 0L

  /** How many broadcasts this JVM has made. */
  def count: Long = synchronized(total)

  /**
   * A broadcast of a generator's present state.
   *
   * Spark's cleaner removes an earlier one when the last DataFrame that uses it is gone, so any
   * such DataFrame can still be computed.
   *
   * @param model the Keras model that was lowered; compared by identity, because dllib's `equals`
   *              compares a module's last output
   */
  def of(model: AnyRef, lowered: Lowered, sc: SparkContext): Broadcast[TrainedGenerator] =
    synchronized {
      val present = TrainedGenerator(lowered.spec, lowered.weights, lowered.state)
      latest = latest.filter(s => s.model.get != null && s.application == sc.applicationId)
      val known = latest.find(_.model.get.eq(model))
      known.filter(_.generator.isLike(present)).map(_.broadcast).getOrElse {
        val broadcast = sc.broadcast(present)
        total += 1
        latest = latest.filterNot(known.contains) :+
          new Sent(new WeakReference(model), sc.applicationId, present, broadcast)
        broadcast
      }
    }
}
