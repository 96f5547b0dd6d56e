package com.intel.analytics.bigdl.dllib.gan.training

/** How the replicas' parts of a vector make the complete vector. */
private[gan] sealed trait Sharing extends Serializable {
  /** @param parts in the order of the replicas' ranks */
  def join(parts: Seq[Array[Float]]): Array[Float]

  /** Whether the first replica's part is enough. */
  def isSame: Boolean = false
}

private[gan] object Sharing {
  /** Every replica has the complete vector, as with weights. */
  case object Same extends Sharing {
    override def join(parts: Seq[Array[Float]]): Array[Float] = parts.head
    override def isSame: Boolean = true
  }

  /** Each replica has its part, as with an optimiser's moments. */
  case object Parted extends Sharing {
    override def join(parts: Seq[Array[Float]]): Array[Float] = parts.toArray.flatten
  }

  /**
   * Each replica has its own, and the complete vector is their mean, as with running statistics.
   * These do not influence the training, and are linear in what they average, so the mean continues
   * as they would. Where all have the same value, as with singular vectors, which do influence the
   * training, the mean is that value bit for bit.
   */
  case object Averaged extends Sharing {
    override def join(parts: Seq[Array[Float]]): Array[Float] = parts.head.indices.map { i =>
      val first = parts.head(i)
      if (parts.forall(_(i) == first)) first else parts.map(_(i)).sum / parts.length
    }.toArray
  }
}

/** One replica's part of a vector in a training's state. */
private[gan] case class StateVector(name: String, sharing: Sharing, values: Array[Float])
  extends Serializable

/**
 * One replica's part of a training's state.
 *
 * @param counters the same everywhere
 */
private[gan] case class ReplicaState(iteration: Int, counters: Map[String, Int],
  vectors: Seq[StateVector]) extends Serializable {

  /** The state without what only the first replica sends. */
  def withoutSame: ReplicaState = copy(vectors = vectors.map(vector =>
    if (vector.sharing.isSame) vector.copy(values = Array.empty) else vector))
}
