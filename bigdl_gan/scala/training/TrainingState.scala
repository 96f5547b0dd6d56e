package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.model.Lowered
import com.intel.analytics.bigdl.dllib.gan.training.loss.LeCam
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.OptimizerState

/**
 * All that a training's future depends on, besides its plan and its images: the position in the
 * data and every random number are functions of the seed and the iteration.
 *
 * @param iteration updates done
 * @param counters  integers by name, such as "generator.optimizer.evalCounter"
 * @param vectors   by name, such as "generator.weights"
 */
private[gan] case class TrainingState(iteration: Int, counters: Map[String, Int],
  vectors: Map[String, Array[Float]]) extends Serializable {

  def weights(role: String): Array[Float] = vectors(s"$role.weights")

  /** Running statistics. */
  def statistics(role: String): Array[Float] = vectors(s"$role.statistics")

  /** See `LeCam`; not shared with others. */
  def logitAverages: Array[Float] = vectors.get(TrainingState.LogitAverages).map(_.clone())
    .getOrElse(new Array[Float](LeCam.StateLength))

  def optimizer(role: String): OptimizerState = {
    val prefix = s"$role.optimizer."
    def own[A](values: Map[String, A]): Map[String, A] = values.collect {
      case (name, value) if name.startsWith(prefix) => name.stripPrefix(prefix) -> value
    }
    OptimizerState(own(counters), own(vectors))
  }
}

private[gan] object TrainingState {
  val Roles: Seq[String] = Seq("generator", "discriminator")

  /** Name of `LeCam`'s state. */
  val LogitAverages = "discriminator.logitAverages"

  def initial(generator: Lowered, discriminator: Lowered): TrainingState =
    TrainingState(0, Map.empty, Roles.zip(Seq(generator, discriminator)).flatMap {
      case (role, network) =>
        Seq(s"$role.weights" -> network.weights, s"$role.statistics" -> network.state)
    }.toMap)

  /** Joins the replicas' parts, which are in the order of their ranks. */
  def join(parts: Array[ReplicaState]): TrainingState = {
    val first = parts.head
    TrainingState(first.iteration, first.counters, first.vectors.indices.map { i =>
      val vector = first.vectors(i)
      vector.name -> vector.sharing.join(parts.map(_.vectors(i).values).toSeq)
    }.toMap)
  }

  /** Copies weights and running statistics into the Keras models. */
  def store(state: TrainingState, generator: Lowered, discriminator: Lowered): Unit =
    Roles.zip(Seq(generator, discriminator)).foreach { case (role, network) =>
      network.store(state.weights(role), state.statistics(role))
    }
}
