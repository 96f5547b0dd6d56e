package com.intel.analytics.bigdl.dllib.gan.data

import scala.collection.mutable

import org.apache.spark.sql.Row

/** Some rows: a census of all, and the usable images in one block. */
private[gan] case class Packed(census: Census, block: Option[ImageBlock])

/**
 * Packs rows into blocks, with one at a time in memory. Images that differ in kind from a partition's
 * first are only counted.
 *
 * @param rows an image struct and, if `code` has labels, the row's label
 */
private[gan] final class Packing(rows: Iterator[Row], code: LabelCode) extends Iterator[Packed] {
  private var kind: Option[ImageKind] = None

  override def hasNext: Boolean = rows.hasNext

  override def next(): Packed = {
    val pending = mutable.ArrayBuffer[Array[Byte]]()
    var (bytes, census) = (0L, Census.Empty)
    while (bytes < Packing.BlockBytes && rows.hasNext) {
      val row = rows.next()
      val (found, data) = read(row.getStruct(0), row)
      census = census.merge(found)
      data.foreach { image =>
        pending += image
        bytes += image.length
      }
    }
    Packed(census, if (pending.isEmpty) None else Some(ImageBlock.of(pending)))
  }

  private def read(image: Row, row: Row): (Census, Option[Array[Byte]]) =
    if (image == null || ImageStruct.hasNull(image)) (Packing.Null, None)
    else {
      val found = ImageStruct.kind(image)
      val origin = Option(ImageStruct.origin(image)).getOrElse("")
      val data = ImageStruct.data(image)
      val isShort = data.length != found.height.toLong * found.width * found.channels
      val short = if (!isShort) None else {
        Some(s"$found with ${data.length} bytes of data, origin '$origin'")
      }
      kind = kind.orElse(Some(found))
      val record = if (code.bytes == 0) data else data ++ code.encode(row.get(1))
      (Census(0, short, Map(found -> ((1L, origin))), ImageHash.of(record, 0, record.length)),
        if (!isShort && kind.contains(found)) Some(record) else None)
    }
}

private[gan] object Packing {
  val BlockBytes: Long = 4L << 20
  private val Null = Census(1, None, Map.empty, 0)
}
