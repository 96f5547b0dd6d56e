package com.intel.analytics.bigdl.dllib.gan

/** How the replicas of a training share their gradients and weights. */
private[gan] trait Exchange {
  def rank: Int
  def size: Int

  /** The part of a vector of `count` values that this replica looks after. */
  final def part(count: Int): (Int, Int) = Exchange.part(rank, size, count)

  /** Replaces this replica's part of `values` by the mean of that part over all replicas. */
  def reduceScatter(values: Array[Float], count: Int): Unit

  /** Fills `values` with every replica's part of it. */
  def allGather(values: Array[Float], count: Int): Unit
  def close(): Unit
}

private[gan] object Exchange {
  def part(rank: Int, size: Int, count: Int): (Int, Int) =
    ((count.toLong * rank / size).toInt, (count.toLong * (rank + 1) / size).toInt)
}

/** The only replica: there is nobody to exchange with. */
private[gan] object Alone extends Exchange {
  override val rank = 0
  override val size = 1
  override def reduceScatter(values: Array[Float], count: Int): Unit = ()
  override def allGather(values: Array[Float], count: Int): Unit = ()
  override def close(): Unit = ()
}
