package com.intel.analytics.bigdl.dllib.gan

/** One executor's images of a table: share `rank` of `size`. */
private[gan] final class HeldShare(val rank: Int, val size: Int, val images: ImageStore)

/**
 * The shares of images that this JVM holds, by table. They outlive the replicas: a training that is
 * set up again, after a rollback or the loss of another executor, finds them where they are.
 */
private[gan] object HeldShares {
  private val all = new Registry[HeldShare](_.images.close())

  def put(table: String, share: HeldShare): Unit = all.put(table, share)

  def find(table: String, rank: Int, size: Int): Option[ImageStore] =
    all.get(table).filter(share => share.rank == rank && share.size == size).map(_.images)

  def end(table: String): Unit = all.end(table)
  def count: Int = all.size
}
