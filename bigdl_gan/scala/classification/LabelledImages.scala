package com.intel.analytics.bigdl.dllib.gan.classification

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.data.{ImageHash, ImagePlanes}
import org.apache.spark.sql.Row

/**
 * Images of one size with the numbers of their classes, on the heap of one task.
 *
 * They are numbered by the hashes of their bytes, then by class, so that a number means the same
 * image in whatever order the rows came.
 *
 * @param data   each image's bytes, as in the image struct
 * @param labels from 0 on
 */
private[gan] final class LabelledImages(data: Array[Array[Byte]], labels: Array[Int]) {
  private val order = {
    val hashes = data.map(bytes => ImageHash.of(bytes, 0, bytes.length))
    data.indices.sortBy(i => (hashes(i), labels(i))).toArray
  }

  def count: Int = data.length
  def bytes(image: Int): Array[Byte] = data(order(image))
  def label(image: Int): Int = labels(order(image))
}

private[gan] object LabelledImages {
  /**
   * @param rows  (image struct, class)
   * @param shape (C, H, W), which all images must have
   * @param most  bytes that the images may have
   */
  def of(rows: Iterator[Row], shape: Array[Int], most: Long): LabelledImages = {
    val (data, labels) = (mutable.ArrayBuffer[Array[Byte]](), mutable.ArrayBuilder.make[Int]())
    rows.foreach { row =>
      data += ImagePlanes.bytes(row.getStruct(0), shape, "classifier")
      labels += row.getInt(1)
      if (data.length.toLong * shape.product > most) {
        throw new IllegalArgumentException("The labelled images must fit half of one executor's " +
          s"heap. Received: more than ${most >> 20} MB. Take a sample, as df.sample(0.1, seed=0), or " +
          "raise spark.executor.memory (spark.driver.memory in local mode).")
      }
    }
    new LabelledImages(data.toArray, labels.result())
  }
}
