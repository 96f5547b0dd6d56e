package com.intel.analytics.bigdl.dllib.gan.generation

import java.lang.ref.WeakReference

import com.intel.analytics.bigdl.dllib.gan.model.Lowered
import org.apache.spark.SparkContext
import org.apache.spark.broadcast.Broadcast

/** The generators that were sent to the executors last: one broadcast for all images of one state. */
private[gan] object GeneratorBroadcasts {
  private final class Sent(val model: WeakReference[AnyRef], val application: String,
    val generator: TrainedGenerator, val broadcast: Broadcast[TrainedGenerator])

  private var latest = Seq[Sent]() // one for each model that is alive
  private var total = 0L

  /** Broadcasts made in this JVM. */
  def count: Long = synchronized(total)

  /**
   * The broadcast of a generator as it is now.
   *
   * An earlier one goes when the last DataFrame does that was made with it: Spark's cleaner sees to
   * that, and whoever holds such a frame may still compute it.
   *
   * @param model the Keras model that was lowered; told by its identity, since dllib's `equals`
   *              compares what a module has computed last
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
