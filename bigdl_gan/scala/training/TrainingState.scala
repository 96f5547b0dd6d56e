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

  /** The moving average of weights and running statistics, if the training keeps one. */
  def average(role: String): Option[Average] = vectors.get(s"$role.average").map(weights =>
    Average(weights, vectors(s"$role.averageStatistics")))

  /** With the average that a model holds. */
  def withAverage(role: String, model: Lowered): TrainingState = copy(vectors = vectors +
    (s"$role.average" -> model.weights) + (s"$role.averageStatistics" -> model.state))

  /**
   * With the optimisers' moments of another state.
   *
   * @throws IllegalArgumentException if it has other weights
   */
  def withMoments(other: TrainingState): TrainingState = {
    TrainingState.Roles.foreach { role =>
      if (!java.util.Arrays.equals(weights(role), other.weights(role))) {
        throw new IllegalArgumentException("`initialModel` must be from its checkpoint with " +
          s"initialMoments=True. Received: a checkpoint with other weights of the $role. Another training may " +
          "have written to its folder. Set initialMoments=False.")
      }
    }
    copy(counters = other.counters, vectors = vectors ++ other.vectors.filter(_._1.contains(".optimizer.")))
  }

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

/** A network's averaged weights and running statistics. */
private[gan] case class Average(weights: Array[Float], statistics: Array[Float])

private[gan] object TrainingState {
  val Roles: Seq[String] = Seq("generator", "discriminator")

  /** Name of `LeCam`'s state. */
  val LogitAverages = "discriminator.logitAverages"

  /** Whose network a vector has one value for each weight of, if any: weights, averages and moments. */
  def roleOfWeightwise(name: String): Option[String] = Roles.find(role =>
    name == s"$role.weights" || name == s"$role.average" || name.startsWith(s"$role.optimizer."))

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
