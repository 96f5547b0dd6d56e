package com.intel.analytics.bigdl.dllib.gan.scoring

import com.intel.analytics.bigdl.dllib.gan.data.ImagePlanes
import com.intel.analytics.bigdl.dllib.gan.native.TaskSession
import com.intel.analytics.bigdl.dllib.gan.network.TrainedNetwork
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.types.{ArrayType, FloatType, StructField, StructType}
import org.apache.spark.sql.{DataFrame, Row}

/**
 * Runs a network from images to vectors, such as a classifier or a discriminator, over a DataFrame;
 * lazy.
 *
 * Every batch has the same size (a short one is filled up) and runs on one thread. So a row's vectors
 * depend only on its image, not on where or with which other rows they are computed.
 *
 * @param role   what the network is, for messages
 * @param engine a name: see `Engines.of`
 */
private[gan] final class ImageScoring(network: Broadcast[TrainedNetwork], role: String, batch: Int,
  engine: String) extends Serializable {
  private val shape = network.value.spec.inputShape
  private val labelCount = network.value.spec.labelCount
  if (shape.length != 3) {
    throw new IllegalArgumentException(s"The $role must take images (channels, height, width). " +
      s"Received: inputs of shape ${shape.mkString("(", ", ", ")")}.")
  }

  /**
   * Adds columns of arrays of floats to `frame`.
   *
   * @param image   the index of the column of image structs
   * @param label   the index of the column of label vectors; -1 if the network takes none
   * @param hidden  the name of a column for what the last layer takes; "" for none
   * @param output  the name of a column for the network's output
   * @param softmax whether the outputs are logits, whose softmax is wanted
   */
  def apply(frame: DataFrame, image: Int, label: Int, hidden: String, output: String, softmax: Boolean)
  : DataFrame = {
    val isSplit = hidden.nonEmpty
    // toDF, because py4j may pass a Dataset of numbers as a DataFrame (Python's range is one).
    val rows = frame.toDF().rdd.mapPartitions { rows =>
      lazy val session = TaskSession.ofTask(new CompiledScorer(parts(isSplit), batch, engine))
      rows.grouped(batch).flatMap { group =>
        val outputs = session(_.outputs(inputs(group, image), labels(group, label)))
        group.indices.iterator.map { i =>
          val vectors = outputs.map(vector(_, i))
          val last = if (softmax) ImageScoring.softmax(vectors.last) else vectors.last
          Row.fromSeq(group(i).toSeq ++ vectors.init.map(_.toSeq) :+ last.toSeq)
        }
      }
    }
    val added = Seq(hidden, output).filter(_.nonEmpty).map(name =>
      StructField(name, ArrayType(FloatType, containsNull = false), nullable = false))
    frame.sparkSession.createDataFrame(rows, StructType(frame.schema.fields ++ added))
  }

  private def parts(isSplit: Boolean): Seq[TrainedNetwork] =
    if (!isSplit) Seq(network.value) else {
      val (body, head) = network.value.split(network.value.spec.nodes.last.inputs.head)
      Seq(body, head)
    }

  private def inputs(group: Seq[Row], image: Int): Array[Float] = {
    val flat = new Array[Float](batch * shape.product)
    group.indices.foreach { i =>
      val planes = ImagePlanes.of(group(i).getStruct(image), shape, role)
      System.arraycopy(planes, 0, flat, i * planes.length, planes.length)
    }
    flat
  }

  private def labels(group: Seq[Row], label: Int): Array[Float] =
    if (label < 0) Array.empty
    else group.flatMap(row => row.getSeq[Float](label)).toArray.padTo(batch * labelCount, 0f)

  private def vector(values: Array[Float], row: Int): Array[Float] = {
    val size = values.length / batch
    values.slice(row * size, (row + 1) * size)
  }
}

private[gan] object ImageScoring {
  def softmax(logits: Array[Float]): Array[Float] = {
    val largest = logits.max
    val powers = logits.map(logit => math.exp(logit.toDouble - largest))
    val sum = powers.sum
    powers.map(power => (power / sum).toFloat)
  }
}
