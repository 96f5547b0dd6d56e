package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Registry
import com.intel.analytics.bigdl.dllib.gan.data.ImageStore

/**
 * One executor's share of a table's images: number `rank` of `size`.
 *
 * @param start which of the training's starts put it here
 */
private[gan] final class HeldShare(val rank: Int, val size: Int, val start: Int, val images: ImageStore)

/**
 * The shares of images that this JVM holds, by table. They outlive the replicas, so a training that
 * starts again, after a rollback or the loss of another executor, finds them here.
 */
private[gan] object HeldShares {
  private val all = new Registry[HeldShare](_.images.close())

  /** Adds a share. If there is one from a later start, the new one is late, and released. */
  def put(table: String, share: HeldShare): Unit = all.put(table, share, _.start <= share.start)

  def find(table: String, rank: Int, size: Int): Option[ImageStore] =
    all.get(table).filter(share => share.rank == rank && share.size == size).map(_.images)

  /** Releases a share from an earlier start. */
  def drop(table: String, start: Int): Unit = all.remove(table, _.start < start)

  def end(table: String): Unit = all.end(table)
  def count: Int = all.size
}
