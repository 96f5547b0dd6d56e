package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.random.{Purpose, Random}
import org.apache.spark.sql.Row
import org.json4s.jackson.JsonMethods.parse
import org.json4s.{DefaultFormats, Formats}

/** Where the label vectors of generated images come from. */
private[gan] sealed trait LabelSource extends Serializable {
  /** @param id the row's, if latents are drawn from it */
  def of(row: Row, id: => Long): Array[Float]
}

private[gan] object LabelSource {
  /**
   * @param text    JSON: "" for no labels, or an object with `column`, a column's name, or with `vectors`
   *                and, if they are drawn in proportion, `counts`
   * @param columns the DataFrame's
   * @param size    the numbers in a label vector
   */
  def of(text: String, columns: Array[String], size: Int, seed: Long): LabelSource =
    if (text.isEmpty) None else {
      implicit val formats: Formats = DefaultFormats
      val json = parse(text)
      (json \ "column").toOption.map(name => Column(columns.indexOf(name.extract[String]), size)).getOrElse {
        val vectors = (json \ "vectors").extract[Array[Array[Float]]]
        (json \ "counts").toOption.map(counts => Shares(vectors, counts.extract[Array[Long]], seed))
          .getOrElse(InTurn(vectors))
      }
    }

  /** For a generator that takes no labels. */
  case object None extends LabelSource {
    override def of(row: Row, id: => Long): Array[Float] = Array.empty
  }

  /** A column of arrays of `size` numbers. */
  final case class Column(index: Int, size: Int) extends LabelSource {
    override def of(row: Row, id: => Long): Array[Float] =
      Generation.vector(row.get(index), size, "label vector")
  }

  /** The vector number `id`, and again from the first one on. */
  final case class InTurn(vectors: Array[Array[Float]]) extends LabelSource {
    override def of(row: Row, id: => Long): Array[Float] =
      vectors(java.lang.Math.floorMod(id, vectors.length.toLong).toInt)
  }

  /** A vector in proportion to its count: a function of seed and id. */
  final case class Shares(vectors: Array[Array[Float]], counts: Array[Long], seed: Long)
    extends LabelSource {
    private val ends = counts.scanLeft(0L)(_ + _).tail

    override def of(row: Row, id: => Long): Array[Float] = {
      val place = (Random.uniform(seed, Purpose.Label, 0, id) * ends.last).toLong
      vectors(ends.indexWhere(place < _))
    }
  }
}
