package com.intel.analytics.bigdl.dllib.gan.data

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.{Purpose, Random}

/**
 * Draws batches from one executor's share of the images, in a fresh order every epoch.
 *
 * @param code       of the images' labels
 * @param isBalanced draw all classes equally often, see `BalancedOrder`
 * @param flip       flip each image, left to right, with probability 1/2 each time it is drawn
 */
private[gan] final class ImageBatcher(images: ImageStore, shape: Array[Int], code: LabelCode,
  isBalanced: Boolean, seed: Long, rank: Int, batch: Int, flip: Boolean, parallel: Workers) {
  private val Array(channels, height, width) = shape
  private val area = height * width
  private val scratch = new ThreadLocal[Array[Byte]] {
    override def initialValue(): Array[Byte] = new Array[Byte](channels * area + code.bytes)
  }
  private var orders = Map[Int, Array[Int]]()
  private lazy val balanced = new BalancedOrder(classes, seed, rank)

  private def classes: Array[Int] = {
    val found = new Array[Int](images.count)
    parallel.range(images.count) { i =>
      images.read(i, scratch.get)
      found(i) = code.classAt(scratch.get, channels * area)
    }
    found
  }

  private def order(epoch: Int): Array[Int] = orders.getOrElse(epoch, {
    val drawn = Random.permutation(seed, epoch, rank, images.count)
    orders = orders.filterKeys(_ == epoch - 1).map(identity) + (epoch -> drawn)
    drawn
  })

  private def imageAt(place: Long): Int =
    if (isBalanced) balanced(place)
    else order((place / images.count).toInt)((place % images.count).toInt)

  /**
   * Writes the images of draw number `draw` to `target`: float32 (N, C, H, W), RGB, [-1, 1].
   *
   * @param labels where their label vectors go, float32 (N, labels), if there are any
   */
  def fill(draw: Int, target: Blob, labels: Option[Blob]): Unit = {
    val first = draw.toLong * batch
    val drawn = Array.tabulate(batch)(i => imageAt(first + i))
    parallel.range(batch) { i =>
      val mirrored = flip && Random.bit(seed, Purpose.Flip, rank, first + i)
      val record = scratch.get
      images.read(drawn(i), record)
      write(record, target.pointer + 4L * i * channels * area, mirrored)
      labels.foreach(blob => code.decode(record, channels * area, blob.pointer + 4L * i * code.count))
    }
  }

  private def write(bytes: Array[Byte], target: Long, mirrored: Boolean): Unit = {
    val unsafe = NativeMemory.unsafe
    val (begin, step) = if (mirrored) (width - 1, -1) else (0, 1)
    var c = 0
    while (c < channels) {
      val to = target + 4L * ImageStruct.plane(c, channels) * area
      var row = 0
      while (row < height) {
        var from = (row * width + begin) * channels + c
        var pixel = row * width
        while (pixel < (row + 1) * width) {
          unsafe.putFloat(to + 4L * pixel, ImageStruct.Levels(bytes(from) & 0xff))
          pixel += 1
          from += step * channels
        }
        row += 1
      }
      c += 1
    }
  }
}
