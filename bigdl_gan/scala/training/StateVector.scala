package com.intel.analytics.bigdl.dllib.gan.training

/** How a whole vector follows from what each replica has of it. */
private[gan] sealed trait Sharing extends Serializable {
  /** @param parts in the order of the replicas' ranks */
  def join(parts: Seq[Array[Float]]): Array[Float]

  /** Whether the first replica's is enough. */
  def isSame: Boolean = false
}

private[gan] object Sharing {
  /** Every replica has the whole, as with weights. */
  case object Same extends Sharing {
    override def join(parts: Seq[Array[Float]]): Array[Float] = parts.head
    override def isSame: Boolean = true
  }

  /** Each has its part, as with an optimiser's moments. */
  case object Parted extends Sharing {
    override def join(parts: Seq[Array[Float]]): Array[Float] = parts.toArray.flatten
  }

  /**
   * Each has its own, and the whole is their mean, as with running statistics: they do not influence
   * the training, and are linear in what they average, so that the mean goes on as they would have.
   */
  case object Averaged extends Sharing {
    override def join(parts: Seq[Array[Float]]): Array[Float] =
      parts.head.indices.map(i => parts.map(_(i)).sum / parts.length).toArray
  }
}

/** What one replica has of a vector that belongs to the state of a training. */
private[gan] case class StateVector(name: String, sharing: Sharing, values: Array[Float])
  extends Serializable

/**
 * What one replica has of the state.
 *
 * @param counters the same everywhere
 */
private[gan] case class ReplicaState(iteration: Int, counters: Map[String, Int],
  vectors: Seq[StateVector]) extends Serializable {

  /** Without what the first replica sends. */
  def withoutSame: ReplicaState = copy(vectors = vectors.map(vector =>
    if (vector.sharing.isSame) vector.copy(values = Array.empty) else vector))
}
