package com.intel.analytics.bigdl.dllib.gan.random

/**
 * The samples of a batch that networks run at once: of each kind's `batch` samples, `count` from
 * `first` on. A network's rows are those of the first kind, then those of the next.
 */
private[gan] final case class BatchPart(first: Int, count: Int, batch: Int) {
  def isFirst: Boolean = first == 0

  /** A row's number among all kinds' samples. */
  def sample(row: Int): Int = row / count * batch + first + row % count
}
