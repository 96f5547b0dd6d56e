package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.bigdl_gan.ShuffleFiles
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.DataFrame
import org.apache.spark.storage.StorageLevel

/**
 * A DataFrame's images, with their labels if there are any, as blocks of bytes: computed once, cached
 * in Spark's storage.
 *
 * @param frame an image struct, and a label if `code` has labels
 */
private[gan] final class ImageTable(frame: DataFrame, val level: StorageLevel, code: LabelCode) {
  val id: String = java.util.UUID.randomUUID().toString

  /** Ids of the executors that hold its shares, in the order of the shares, as far as is known. */
  @volatile var holders: Seq[String] = Nil

  /** Ids of all executors that ever held a share, and may still hold it. */
  @volatile var everHolders: Set[String] = Set.empty

  /** How many times a training has started with it. */
  @volatile var starts = 0

  /** Ends the training that started last. */
  @volatile var trainer: Option[AutoCloseable] = None

  private val packed: RDD[Packed] = {
    val labels = code // the closure takes it, not this table
    frame.rdd.mapPartitions(new Packing(_, labels))
  }
  cache()

  /** Caches the images from their next use on; does nothing if they are cached already. */
  def cache(): Unit = packed.persist(ImageTable.transient(level))

  lazy val census: Census = packed.map(_.census).fold(Census.Empty)(_ merge _)

  def count: Long = census.kinds.values.map(_._1).sum

  /**
   * The images, dealt evenly to `n` partitions by their hashes, in any order within each.
   *
   * Spark keeps dealt images in shuffle files: if an executor is lost, only the images that it had
   * computed are computed again, even if they are then dealt to another number of partitions.
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

  /** Frees the blocks' memory; a block that is needed again is computed again. */
  def release(): Unit = packed.unpersist(blocking = true)

  /** Frees everything, also the shuffle files, which would wait for the driver's collector. */
  def close(): Unit = {
    release()
    dealt.foreach(ShuffleFiles.delete)
    dealt = Nil
  }
}

private[gan] object ImageTable {
  /**
   * Where the blocks lie until the replicas have them. They can move to disk when the replicas take
   * memory meanwhile, or they would be computed a second time.
   */
  private def transient(level: StorageLevel): StorageLevel =
    if (level.useMemory) StorageLevel.MEMORY_AND_DISK else level
}
