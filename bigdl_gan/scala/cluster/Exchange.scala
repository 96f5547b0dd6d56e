package com.intel.analytics.bigdl.dllib.gan.cluster

/** How the replicas of a training share their gradients and weights. */
private[gan] trait Exchange {
  def rank: Int
  def size: Int

  /**
   * Called before the exchanges of a chunk.
   *
   * @param stopped polled while this replica waits for another; true ends the wait with an
   *                InterruptedException
   */
  def begin(stopped: () => Boolean): Unit

  /** This replica's part of a vector of `count` values: its first index and its end. */
  final def part(count: Int): (Int, Int) = Exchange.part(rank, size, count)

  /**
   * Fills this replica's part of `values` with the mean of that part over all replicas.
   *
   * @param read copies this replica's own values into `values`: called with the first index and the
   *             length of each range shortly before it is needed, maybe from another thread
   */
  def reduceScatter(values: Array[Float], count: Int)(read: (Int, Int) => Unit): Unit

  /**
   * Fills `values` with the parts of all replicas.
   *
   * @param arrived called with the first index and the length of each range that arrived
   */
  def allGather(values: Array[Float], count: Int)(arrived: (Int, Int) => Unit): Unit

  /** Every replica's `values`, as many on each, in the order of the ranks. */
  final def gather(values: Array[Float]): Array[Float] = {
    val all = new Array[Float](size * values.length) // each replica's part is as long as `values`
    System.arraycopy(values, 0, all, rank * values.length, values.length)
    allGather(all, all.length)((_, _) => ())
    all
  }

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
  override def begin(stopped: () => Boolean): Unit = ()
  override def reduceScatter(values: Array[Float], count: Int)(read: (Int, Int) => Unit): Unit =
    read(0, count)
  override def allGather(values: Array[Float], count: Int)(arrived: (Int, Int) => Unit): Unit = ()
  override def close(): Unit = ()
}
