package com.intel.analytics.bigdl.dllib.gan

import scala.collection.mutable

import org.apache.spark.HashPartitioner
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.storage.StorageLevel

/** The size and type of an image: OpenCV's `mode` is 0 for uint8 grey, 16 for uint8 BGR. */
private[gan] case class ImageKind(height: Int, width: Int, channels: Int, mode: Int) {
  override def toString: String =
    s"height=$height, width=$width, nChannels=$channels, mode=$mode"
}

/** What is in one partition: per kind of image how many, and the origin of the first. */
private[gan] case class Census(nulls: Long, short: Option[String],
  kinds: Map[ImageKind, (Long, String)]) {
  def merge(other: Census): Census = Census(nulls + other.nulls, short.orElse(other.short),
    other.kinds.foldLeft(kinds) { case (all, (kind, (count, origin))) =>
      val (have, first) = all.getOrElse(kind, (0L, origin))
      all + (kind -> ((have + count, first)))
    })
}

/** Blocks of one partition, with its census. */
private[gan] case class Packed(census: Census, blocks: Array[ImageBlock])

/** The images of a DataFrame as blocks of bytes: computed once, cached in Spark's storage. */
private[gan] final class ImageTable(frame: DataFrame) {
  private val sc = frame.sparkSession.sparkContext
  private val packed: RDD[Packed] = frame.rdd.mapPartitions(rows =>
    Iterator.single(ImageTable.pack(rows)))
  cache()

  /** Keeps the images from their next use on; nothing where they are kept already. */
  def cache(): Unit = packed.persist(StorageLevel.MEMORY_AND_DISK)

  lazy val census: Census =
    packed.map(_.census).fold(Census(0, None, Map.empty))(_ merge _)

  def count: Long = census.kinds.values.map(_._1).sum

  /** The blocks dealt evenly to `n` partitions, in an order that depends on the rows alone. */
  def shares(n: Int): RDD[ImageBlock] =
    if (n == 1) packed.coalesce(1).flatMap(_.blocks)
    else {
      val counts = packed.map(_.blocks.map(_.count).sum).collect().scanLeft(0L)(_ + _)
      packed.mapPartitionsWithIndex { (i, parts) =>
        parts.flatMap(part => ImageTable.deal(part.blocks, counts(i), n))
          .zipWithIndex.map { case ((share, block), j) => (share, (i, j, block)) }
      }.partitionBy(new HashPartitioner(n)).mapPartitions { blocks =>
        blocks.map(_._2).toArray.sortBy(b => (b._1, b._2)).iterator.map(_._3)
      }
    }

  def release(): Unit = packed.unpersist(blocking = true)
}

private[gan] object ImageTable {
  private val BlockBytes = 4 << 20

  /** Rows of one column, an image struct, as blocks; images of a second kind are only counted. */
  def pack(rows: Iterator[Row]): Packed = {
    val kinds = mutable.LinkedHashMap[ImageKind, (Long, String)]()
    val blocks = mutable.ArrayBuffer[ImageBlock]()
    val pending = mutable.ArrayBuffer[Array[Byte]]()
    var nulls = 0L
    var short: Option[String] = None

    def flush(): Unit = if (pending.nonEmpty) {
      blocks += join(pending)
      pending.clear()
    }

    rows.map(_.getStruct(0)).foreach {
      case null => nulls += 1
      case image if (1 until image.length).exists(image.isNullAt) => nulls += 1
      case image =>
        val kind = ImageKind(image.getInt(1), image.getInt(2), image.getInt(3), image.getInt(4))
        val origin = Option(image.getString(0)).getOrElse("")
        val data = image.getAs[Array[Byte]](5)
        val (have, first) = kinds.getOrElse(kind, (0L, origin))
        kinds(kind) = (have + 1, first)
        val wanted = kind.height.toLong * kind.width * kind.channels
        if (data.length != wanted) {
          short = short.orElse(Some(s"$kind with ${data.length} bytes of data, origin '$origin'"))
        } else if (kinds.size == 1) {
          pending += data
          if (pending.length.toLong * wanted >= BlockBytes) flush()
        }
    }
    flush()
    Packed(Census(nulls, short, kinds.toMap), blocks.toArray)
  }

  private def join(images: Seq[Array[Byte]]): ImageBlock = {
    val size = images.head.length
    val all = new Array[Byte](size * images.length)
    images.indices.foreach(i => System.arraycopy(images(i), 0, all, i * size, size))
    ImageBlock(images.length, all)
  }

  /** Image number i of the table goes to share i modulo n. */
  def deal(blocks: Array[ImageBlock], firstImage: Long, n: Int): Iterator[(Int, ImageBlock)] = {
    val firsts = blocks.map(_.count).scanLeft(firstImage)(_ + _)
    blocks.indices.iterator.flatMap { b =>
      val block = blocks(b)
      val size = block.pixels.length / block.count
      (0 until block.count).groupBy(i => ((firsts(b) + i) % n).toInt).toSeq.sortBy(_._1).map {
        case (share, images) => (share, join(images.map(i =>
          java.util.Arrays.copyOfRange(block.pixels, i * size, (i + 1) * size))))
      }
    }
  }
}
