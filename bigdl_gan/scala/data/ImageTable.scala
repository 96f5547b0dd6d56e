package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.bigdl_gan.ShuffleFiles
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.DataFrame
import org.apache.spark.storage.StorageLevel

/** The images of a DataFrame as blocks of bytes: computed once, cached in Spark's storage. */
private[gan] final class ImageTable(frame: DataFrame, val level: StorageLevel) {
  val id: String = java.util.UUID.randomUUID().toString

  /** Ids of the executors that hold its shares, in their order, as far as is known. */
  @volatile var holders: Seq[String] = Nil

  /** Of all that ever did, and may have one still. */
  @volatile var everHolders: Set[String] = Set.empty

  /** How many times a training was started with it. */
  @volatile var starts = 0

  /** Ends the last one. */
  @volatile var trainer: Option[AutoCloseable] = None

  private val packed: RDD[Packed] = frame.rdd.mapPartitions(new Packing(_))
  cache()

  /** Keeps the images from their next use on; nothing where they are kept already. */
  def cache(): Unit = packed.persist(ImageTable.transient(level))

  lazy val census: Census = packed.map(_.census).fold(Census.Empty)(_ merge _)

  def count: Long = census.kinds.values.map(_._1).sum

  /**
   * The images dealt evenly to `n` partitions by their hashes, within each in any order.
   *
   * Spark keeps what was dealt in its shuffle files: when an executor is lost, only those images are
   * computed again that it had computed, even if they are dealt to another number then.
   */
  def shares(n: Int): RDD[ImageBlock] =
    if (n == 1) blocks.coalesce(1)
    else {
      if (!dealt.headOption.exists(_.getNumPartitions == n)) dealt ::= deal(blocks, n)
      blocks
    }

  private var dealt: List[RDD[(Int, ImageBlock)]] = Nil // the newest first

  private def blocks: RDD[ImageBlock] =
    dealt.headOption.map(_.values).getOrElse(packed.flatMap(_.block))

  private def deal(source: RDD[ImageBlock], n: Int): RDD[(Int, ImageBlock)] =
    source.mapPartitionsWithIndex(Dealing.of(source, n).deal).partitionBy(new ByShare(n))

  /** Frees the memory of the blocks; those that are needed again are computed again. */
  def release(): Unit = packed.unpersist(blocking = true)

  /** Frees all, for good: shuffle files too, which otherwise go when the driver's collector finds them. */
  def close(): Unit = {
    release()
    dealt.foreach(ShuffleFiles.delete)
    dealt = Nil
  }
}

private[gan] object ImageTable {
  /**
   * Where the blocks lie until the replicas have them: with a way out of the memory that the
   * replicas take meanwhile, or they would be computed a second time.
   */
  private def transient(level: StorageLevel): StorageLevel =
    if (level.useMemory) StorageLevel.MEMORY_AND_DISK else level
}
