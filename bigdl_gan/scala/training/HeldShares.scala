package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Registry
import com.intel.analytics.bigdl.dllib.gan.data.ImageStore

/**
 * One executor's images of a table: share `rank` of `size`.
 *
 * @param start the number of the start of the training that put it here
 */
private[gan] final class HeldShare(val rank: Int, val size: Int, val start: Int, val images: ImageStore)

/**
 * The shares of images that this JVM holds, by table. They outlive the replicas: a training that is
 * set up again, after a rollback or the loss of another executor, finds them where they are.
 */
private[gan] object HeldShares {
  private val all = new Registry[HeldShare](_.images.close())

  /** Unless there is one of a later start: then the newcomer is late, and released. */
  def put(table: String, share: HeldShare): Unit = all.put(table, share, _.start <= share.start)

  def find(table: String, rank: Int, size: Int): Option[ImageStore] =
    all.get(table).filter(share => share.rank == rank && share.size == size).map(_.images)

  /** Releases a share of an earlier start. */
  def drop(table: String, start: Int): Unit = all.remove(table, _.start < start)

  def end(table: String): Unit = all.end(table)
  def count: Int = all.size
}
