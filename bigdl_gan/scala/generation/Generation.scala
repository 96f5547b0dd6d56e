package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.data.ImageStruct
import com.intel.analytics.bigdl.dllib.gan.random.{Purpose, Random}
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.types.{DataType, StructField, StructType}
import org.apache.spark.sql.{DataFrame, Row}

/**
 * Images from a generator with its running statistics, as a lazy DataFrame.
 *
 * Every batch has the same size, a short one being filled up, and runs on one thread: what comes
 * out of a row depends on its latent alone, wherever and with whatever else it is computed.
 *
 * @param shape  of its images, (C, H, W)
 * @param origin of the images, without the id that those of drawn latents get
 */
private[gan] final class Generation(generator: Broadcast[TrainedGenerator], shape: Array[Int],
  latentSize: Int, batch: Int, drawing: Generation.Drawing, origin: String) extends Serializable {
  private val Array(channels, height, width) = shape
  private val area = height * width

  /**
   * `frame` with a column of images.
   *
   * @param latent the index of a column of latents, (F) numbers each, or -1: then the latents are
   *               those of the seed and the id in the column `id`
   */
  def apply(frame: DataFrame, imageType: DataType, outputColumn: String, id: Int,
    latent: Int): DataFrame = {
    // toDF, since what py4j hands over as a DataFrame may be a Dataset of numbers (Python's range is).
    val rows = frame.toDF().rdd.mapPartitions { rows =>
      new GeneratedRows(rows, id, latent)
    }
    val schema = StructType(frame.schema.fields :+ StructField(outputColumn, imageType,
      nullable = false))
    frame.sparkSession.createDataFrame(rows, schema)
  }

  private final class GeneratedRows(rows: Iterator[Row], id: Int, latent: Int)
    extends Iterator[Row] {
    private lazy val session = GeneratorSession.ofTask(generator.value, batch)
    private var ready: Iterator[Row] = Iterator.empty

    override def hasNext: Boolean = {
      if (!ready.hasNext && rows.hasNext) {
        val group = rows.take(batch).toArray
        ready = images(session, group.map(latentOf)).zip(group.iterator).map {
          case (data, row) => Row.fromSeq(
            row.toSeq :+ ImageStruct(originOf(row), height, width, channels, data))
        }
      }
      ready.hasNext
    }

    override def next(): Row = {
      if (!hasNext) throw new NoSuchElementException("no more rows")
      ready.next()
    }

    private def latentOf(row: Row): Array[Float] =
      if (latent >= 0) Generation.vector(row.get(latent), latentSize)
      else drawing.latent(idOf(row), latentSize)

    private def originOf(row: Row): String =
      if (latent >= 0) origin else s"$origin&id=${idOf(row)}"

    private def idOf(row: Row): Long =
      if (row.isNullAt(id)) {
        throw new IllegalArgumentException("An id must be a whole number. Received: null. " +
          "Drop such rows.")
      } else row.getAs[Number](id).longValue()
  }

  private def images(session: GeneratorSession,
    latents: Array[Array[Float]]): Iterator[Array[Byte]] = {
    val flat = new Array[Float](batch * latentSize)
    latents.indices.foreach(i => System.arraycopy(latents(i), 0, flat, i * latentSize, latentSize))
    val pixels = session.images(flat)
    latents.indices.iterator.map(i =>
      ImageStruct.fromPlanes(pixels, i * channels * area, channels, area))
  }
}

private[gan] object Generation {
  /**
   * How latents are drawn: standard normal, and with a truncation those numbers drawn again that
   * are larger. Source: Brock et al. 2018, arXiv:1809.11096, section 3.1.
   *
   * @param truncation the largest absolute value, or infinity
   */
  case class Drawing(seed: Long, truncation: Float) extends Serializable {
    def latent(id: Long, size: Int): Array[Float] = {
      val values = draw(id, size, 0)
      var attempt = 1
      while (values.exists(isLarge)) {
        val others = draw(id, size, attempt)
        for (i <- 0 until size if isLarge(values(i))) values(i) = others(i)
        attempt += 1
      }
      values
    }

    private def isLarge(value: Float): Boolean = math.abs(value) > truncation

    private def draw(id: Long, size: Int, attempt: Int): Array[Float] = {
      val values = new Array[Float](size)
      Random.normals(seed, Purpose.Generate | attempt << Purpose.Bits, 0, id, values, 0, size)
      values
    }
  }

  /** A latent from an array column or from a vector of Spark ML. */
  def vector(value: Any, size: Int): Array[Float] = {
    val numbers = value match {
      case array: scala.collection.Seq[_] => array.map {
        case number: Number => number.floatValue()
        case other => throw new IllegalArgumentException(
          s"A latent's elements must be numbers. Received: $other")
      }.toArray
      case vector: org.apache.spark.ml.linalg.Vector => vector.toArray.map(_.toFloat)
      case null => Array.empty[Float]
      case other => throw new IllegalArgumentException(
        s"A latent must be an array of numbers or a vector. Received: ${other.getClass.getName}")
    }
    if (numbers.length != size) {
      throw new IllegalArgumentException(s"A latent must have the generator's $size numbers. " +
        s"Received: ${numbers.length}")
    }
    numbers
  }
}
