package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.data.ImageStruct
import com.intel.analytics.bigdl.dllib.gan.network.TrainedNetwork
import com.intel.analytics.bigdl.dllib.gan.random.{Purpose, Random}
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.types.{ArrayType, DataType, FloatType, StructField, StructType}
import org.apache.spark.sql.{DataFrame, Row}

/**
 * Generates images with a generator's running statistics, as a lazy DataFrame.
 *
 * Every batch has the same size (a short one is filled up) and runs on one thread. So a row's image
 * depends only on its latent, not on where or with which other rows it is computed.
 *
 * @param shape  the images', (C, H, W)
 * @param labels where label vectors come from
 * @param origin the images', without the id that is added if latents are drawn
 * @param engine a name: see `Engines.of`
 */
private[gan] final class Generation(generator: Broadcast[TrainedNetwork], shape: Array[Int],
  latentSize: Int, batch: Int, drawing: Generation.Drawing, labels: LabelSource, origin: String,
  engine: String) extends Serializable {
  private val Array(channels, height, width) = shape
  private val area = height * width

  /**
   * Adds a column of images to `frame`.
   *
   * @param labelColumn the name of a column for the label vectors, before the images; "" for none
   * @param latent the index of a column of latents, (F) numbers each, or -1 to draw the latents
   *               from the seed and the ids in the column `id`
   */
  def apply(frame: DataFrame, imageType: DataType, outputColumn: String, id: Int,
    latent: Int, labelColumn: String): DataFrame = {
    val tellsLabel = labelColumn.nonEmpty
    // toDF, because py4j may pass a Dataset of numbers as a DataFrame (Python's range is one).
    val rows = frame.toDF().rdd.mapPartitions { rows =>
      new GeneratedRows(rows, id, latent, tellsLabel)
    }
    val label = if (tellsLabel) {
      Seq(StructField(labelColumn, ArrayType(FloatType, containsNull = false), nullable = false))
    } else Nil
    val schema = StructType(frame.schema.fields ++ label :+ StructField(outputColumn, imageType,
      nullable = false))
    frame.sparkSession.createDataFrame(rows, schema)
  }

  private final class GeneratedRows(rows: Iterator[Row], id: Int, latent: Int, tellsLabel: Boolean)
    extends Iterator[Row] {
    private lazy val session = GeneratorSession.ofTask(generator.value, batch, engine)
    private var ready: Iterator[Row] = Iterator.empty

    override def hasNext: Boolean = {
      if (!ready.hasNext && rows.hasNext) {
        val group = rows.take(batch).toArray
        val vectors = group.map(row => labels.of(row, idOf(row)))
        val made = images(session, group.map(latentOf), vectors)
        ready = group.indices.iterator.zip(made).map { case (i, data) =>
          val label = if (tellsLabel) Seq(vectors(i).toSeq) else Nil
          Row.fromSeq(group(i).toSeq ++ label :+
            ImageStruct(originOf(group(i)), height, width, channels, data))
        }
      }
      ready.hasNext
    }

    override def next(): Row = {
      if (!hasNext) throw new NoSuchElementException("no more rows")
      ready.next()
    }

    private def latentOf(row: Row): Array[Float] =
      if (latent >= 0) Generation.vector(row.get(latent), latentSize, "latent")
      else drawing.latent(idOf(row), latentSize)

    private def originOf(row: Row): String =
      if (latent >= 0) origin else s"$origin&id=${idOf(row)}"

    private def idOf(row: Row): Long =
      if (row.isNullAt(id)) {
        throw new IllegalArgumentException("An id must be a whole number. Received: null. " +
          "Drop such rows.")
      } else row.getAs[Number](id).longValue()
  }

  private def images(session: GeneratorSession, latents: Array[Array[Float]],
    vectors: Array[Array[Float]]): Iterator[Array[Byte]] = {
    val pixels = session.images(full(latents), full(vectors))
    latents.indices.iterator.map(i =>
      ImageStruct.fromPlanes(pixels, i * channels * area, channels, area))
  }

  /** The rows of a batch one after the other, filled up with zeros. */
  private def full(rows: Array[Array[Float]]): Array[Float] = {
    val size = rows(0).length
    val flat = new Array[Float](batch * size)
    rows.indices.foreach(i => System.arraycopy(rows(i), 0, flat, i * size, size))
    flat
  }
}

private[gan] object Generation {
  /**
   * How latents are drawn: from the standard normal distribution, and, with a truncation, redrawn
   * while they are larger. Source: Brock et al. 2018, arXiv:1809.11096, section 3.1.
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

  /**
   * The numbers in an array column or a Spark ML vector.
   *
   * @param what "latent" or "label vector", for messages
   */
  def vector(value: Any, size: Int, what: String): Array[Float] = {
    val numbers = value match {
      case array: scala.collection.Seq[_] => array.map {
        case number: Number => number.floatValue()
        case other => throw new IllegalArgumentException(
          s"A $what's elements must be numbers. Received: $other.")
      }.toArray
      case vector: org.apache.spark.ml.linalg.Vector => vector.toArray.map(_.toFloat)
      case null => Array.empty[Float]
      case other => throw new IllegalArgumentException(
        s"A $what must be an array of numbers or a vector. Received: ${other.getClass.getName}.")
    }
    if (numbers.length != size) {
      throw new IllegalArgumentException(s"A $what must have the generator's $size numbers. " +
        s"Received: ${numbers.length}.")
    }
    numbers
  }
}
