package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.data.ImagePlanes
import com.intel.analytics.bigdl.dllib.gan.network.TrainedNetwork
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.types.{ArrayType, FloatType, StructField, StructType}
import org.apache.spark.sql.{DataFrame, Row}

/**
 * Finds the latents whose images are nearest to given ones: Adam minimises the pixels' mean squared
 * difference, from a latent of zeros, through the generator with its running statistics.
 *
 * It always takes `batch` images at once, and fills up a short batch with its last image: images do
 * not influence each other. Source: Zhu et al. 2016, arXiv:1609.03552, section 3.1.
 *
 * @param labels where label vectors come from
 * @param engine a name: see `Engines.of`
 */
private[gan] final class Reconstruction(generator: Broadcast[TrainedNetwork], shape: Array[Int],
  latentSize: Int, batch: Int, steps: Int, learningRate: Double, labels: LabelSource, engine: String)
  extends Serializable {
  private val Array(channels, height, width) = shape
  private val area = height * width
  private val pixels = channels * area

  /** Adds latents and distances to `frame`: the root mean square, 1 from black to white. */
  def apply(frame: DataFrame, image: Int, latentColumn: String, distanceColumn: String): DataFrame = {
    val rows = frame.toDF().rdd.mapPartitions { rows =>
      lazy val session = GeneratorSession.ofTask(generator.value, batch, engine)
      rows.grouped(batch).flatMap { group =>
        val (latents, distances) = solve(session, group.map(row =>
          ImagePlanes.of(row.getStruct(image), shape, "generator")), group.map(labels.of(_, 0)))
        group.indices.iterator.map(i =>
          Row.fromSeq(group(i).toSeq ++ Seq(latents(i).toSeq, distances(i))))
      }
    }
    val schema = StructType(frame.schema.fields ++ Array(
      StructField(latentColumn, ArrayType(FloatType, containsNull = false), nullable = false),
      StructField(distanceColumn, FloatType, nullable = false)))
    frame.sparkSession.createDataFrame(rows, schema)
  }

  /** The latents of up to `batch` targets, and their distances. */
  private def solve(session: GeneratorSession, targets: Seq[Array[Float]], vectors: Seq[Array[Float]])
  : (Array[Array[Float]], Array[Float]) = {
    def full(rows: Seq[Array[Float]]) = Array.tabulate(batch)(i => rows(math.min(i, rows.length - 1)))
    val (wanted, told) = (full(targets), full(vectors).flatten)
    val n = batch * latentSize
    val (z, best) = (new Array[Float](n), new Array[Float](n))
    val (m, v) = (new Array[Double](n), new Array[Double](n))
    val least = Array.fill(batch)(Float.PositiveInfinity)
    for (step <- 0 to steps) {
      val made = session.images(z, told)
      for (i <- 0 until batch) {
        val distance = compare(made, i, wanted(i))
        if (distance < least(i)) {
          least(i) = distance
          System.arraycopy(z, i * latentSize, best, i * latentSize, latentSize)
        }
      }
      if (step < steps) move(z, session.latentGradient(made), m, v, step + 1)
    }
    (Array.tabulate(batch)(i => best.slice(i * latentSize, (i + 1) * latentSize)), least)
  }

  /** An image's distance from its target; overwrites the image with its loss's gradient. */
  private def compare(made: Array[Float], image: Int, wanted: Array[Float]): Float = {
    var sum = 0.0
    var j = 0
    while (j < pixels) {
      val difference = made(image * pixels + j) - wanted(j)
      sum += difference.toDouble * difference
      made(image * pixels + j) = 2 * difference / pixels
      j += 1
    }
    (math.sqrt(sum / pixels) / 2).toFloat // from -1 to 1 counts as 1
  }

  private def move(z: Array[Float], slope: Array[Float], m: Array[Double], v: Array[Double],
    step: Int): Unit = {
    import Reconstruction.{Epsilon, FirstDecay, SecondDecay}
    val (unbias1, unbias2) = (1 - math.pow(FirstDecay, step), 1 - math.pow(SecondDecay, step))
    for (i <- z.indices) {
      m(i) = FirstDecay * m(i) + (1 - FirstDecay) * slope(i)
      v(i) = SecondDecay * v(i) + (1 - SecondDecay) * slope(i) * slope(i)
      z(i) -= (learningRate * (m(i) / unbias1) / (math.sqrt(v(i) / unbias2) + Epsilon)).toFloat
    }
  }
}

private[gan] object Reconstruction {
  private val FirstDecay = 0.9
  private val SecondDecay = 0.999
  private val Epsilon = 1e-8
}
