package com.intel.analytics.bigdl.dllib.gan.data

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.training.GANTrainer
import org.apache.spark.Partitioner
import org.apache.spark.bigdl_gan.ShuffleFiles
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.storage.StorageLevel

/** The size and type of an image: OpenCV's `mode` is 0 for uint8 grey, 16 for uint8 BGR. */
private[gan] case class ImageKind(height: Int, width: Int, channels: Int, mode: Int) {
  override def toString: String =
    s"height=$height, width=$width, nChannels=$channels, mode=$mode"
}

/**
 * What is in some rows: per kind of image how many, and the origin of the first.
 *
 * @param hash the sum of the images' hashes: the same for the same images in whatever order
 */
private[gan] case class Census(nulls: Long, short: Option[String],
  kinds: Map[ImageKind, (Long, String)], hash: Long) {
  def merge(other: Census): Census = Census(nulls + other.nulls, short.orElse(other.short),
    other.kinds.foldLeft(kinds) { case (all, (kind, (count, origin))) =>
      val (have, first) = all.getOrElse(kind, (0L, origin))
      all + (kind -> ((have + count, first)))
    }, hash + other.hash)
}

private[gan] object Census {
  val Empty: Census = Census(0, None, Map.empty, 0)
}

/** Some rows: their images in one block, and what there was besides. */
private[gan] case class Packed(census: Census, block: Option[ImageBlock])

/** The images of a DataFrame as blocks of bytes: computed once, cached in Spark's storage. */
private[gan] final class ImageTable(frame: DataFrame, val level: StorageLevel) {
  val id: String = java.util.UUID.randomUUID().toString

  /** Ids of the executors that hold its shares, in their order, as far as is known. */
  @volatile var holders: Seq[String] = Nil

  /** Of all that ever did, and may have one still. */
  @volatile var everHolders: Set[String] = Set.empty

  /** How many times a training was started with it. */
  @volatile var starts = 0

  /** The last one. */
  @volatile var trainer: Option[GANTrainer] = None

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

/** To the partition that the key names. */
private[gan] final class ByShare(n: Int) extends Partitioner {
  override def numPartitions: Int = n
  override def getPartition(key: Any): Int = key.asInstanceOf[Int]
}

/**
 * Rows of one column, an image struct, as blocks, one at a time in memory. Images of another kind
 * than a partition's first are only counted.
 */
private[gan] final class Packing(rows: Iterator[Row]) extends Iterator[Packed] {
  private var kind: Option[ImageKind] = None

  override def hasNext: Boolean = rows.hasNext

  override def next(): Packed = {
    val pending = mutable.ArrayBuffer[Array[Byte]]()
    var (bytes, census) = (0L, Census.Empty)
    while (bytes < Packing.BlockBytes && rows.hasNext) {
      val (found, data) = read(rows.next().getStruct(0))
      census = census.merge(found)
      data.foreach { image =>
        pending += image
        bytes += image.length
      }
    }
    Packed(census, if (pending.isEmpty) None else Some(Packing.join(pending)))
  }

  private def read(image: Row): (Census, Option[Array[Byte]]) =
    if (image == null || (1 until image.length).exists(image.isNullAt)) (Packing.Null, None)
    else {
      val found = ImageKind(image.getInt(1), image.getInt(2), image.getInt(3), image.getInt(4))
      val origin = Option(image.getString(0)).getOrElse("")
      val data = image.getAs[Array[Byte]](5)
      val isShort = data.length != found.height.toLong * found.width * found.channels
      val short = if (!isShort) None else {
        Some(s"$found with ${data.length} bytes of data, origin '$origin'")
      }
      kind = kind.orElse(Some(found))
      (Census(0, short, Map(found -> ((1L, origin))), ImageHash.of(data, 0, data.length)),
        if (!isShort && kind.contains(found)) Some(data) else None)
    }
}

private[gan] object Packing {
  val BlockBytes: Long = 4L << 20
  private val Null = Census(1, None, Map.empty, 0)

  def join(images: Seq[Array[Byte]]): ImageBlock = {
    val size = images.head.length
    val all = new Array[Byte](size * images.length)
    images.indices.foreach(i => System.arraycopy(images(i), 0, all, i * size, size))
    ImageBlock(images.length, all)
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
