package com.intel.analytics.bigdl.dllib.gan

/**
 * Images of one size next to each other, as they lie in Spark's image struct.
 *
 * @param count  images
 * @param pixels uint8, (count, height, width, channels), BGR where there are three channels
 */
private[gan] case class ImageBlock(count: Int, pixels: Array[Byte])

/** Draws batches from one executor's share of the images, in a fresh order every epoch. */
private[gan] final class ImageBatcher(blocks: Array[ImageBlock], shape: Array[Int], seed: Long,
  rank: Int, batch: Int, parallel: Workers) {
  private val Array(channels, height, width) = shape
  private val area = height * width
  private val ends = blocks.map(_.count).scanLeft(0)(_ + _).tail
  private val count = ends.lastOption.getOrElse(0)
  private var orders = Map[Int, Array[Int]]()

  private def order(epoch: Int): Array[Int] = orders.getOrElse(epoch, {
    val drawn = Random.permutation(seed, epoch, rank, count)
    orders = orders.filterKeys(_ == epoch - 1).map(identity) + (epoch -> drawn)
    drawn
  })

  /** Writes the images of draw number `draw` to `target`: float32 (N, C, H, W), RGB, [-1, 1]. */
  def fill(draw: Int, target: Blob): Unit = {
    val first = draw.toLong * batch
    val images = Array.tabulate(batch) { i =>
      order(((first + i) / count).toInt)(((first + i) % count).toInt)
    }
    parallel.range(batch)(i => write(images(i), target.pointer + 4L * i * channels * area))
  }

  private def write(image: Int, target: Long): Unit = {
    val found = java.util.Arrays.binarySearch(ends, image + 1)
    val block = if (found >= 0) found else -found - 1
    val start = (image - (ends(block) - blocks(block).count)) * channels * area
    val bytes = blocks(block).pixels
    val unsafe = NativeMemory.unsafe
    var c = 0
    while (c < channels) {
      val to = target + 4L * (channels - 1 - c) * area
      var pixel = 0
      while (pixel < area) {
        unsafe.putFloat(to + 4L * pixel,
          ImageBatcher.Levels(bytes(start + pixel * channels + c) & 0xff))
        pixel += 1
      }
      c += 1
    }
  }
}

private[gan] object ImageBatcher {
  /** The value of each of the 256 levels of a pixel. */
  val Levels: Array[Float] = Array.tabulate(256)(level => level / 127.5f - 1f)

  /** The level nearest to a value; the reverse of `Levels`. */
  def level(value: Float): Byte =
    math.max(0, math.min(255, math.round((value + 1f) * 127.5f))).toByte
}
