package com.intel.analytics.bigdl.dllib.gan.training.augment

import com.intel.analytics.bigdl.dllib.gan.random.Philox

/**
 * Sets a rectangle to zero. Its sides are half the image's; its centre is anywhere in the image.
 *
 * @param shape (C, H, W)
 */
private[gan] final class Cutout(shape: Seq[Int], samples: Int) extends Transform {
  private val Seq(channels, height, width) = shape
  private val top, left = new Array[Int](samples) // may lie outside
  private val (rows, columns) = (size(height), size(width))

  override val number = 2

  private def size(side: Int): Int = (side * Cutout.Ratio + 0.5).toInt

  override def draw(sample: Int, bits: Array[Int]): Unit = {
    top(sample) = begin(height, bits(0))
    left(sample) = begin(width, bits(1))
  }

  private def begin(side: Int, bits: Int): Int =
    (Philox.uniform(bits) * (side + 1 - size(side) % 2)).toInt - size(side) / 2

  override def linear(sample: Int, x: Array[Float]): Unit = {
    val (first, last) = (math.max(0, top(sample)), math.min(height, top(sample) + rows))
    val (from, until) = (math.max(0, left(sample)), math.min(width, left(sample) + columns))
    for (channel <- 0 until channels; row <- first until last) {
      val at = (channel * height + row) * width
      java.util.Arrays.fill(x, at + from, at + until, 0f)
    }
  }

  override def adjoint(sample: Int, x: Array[Float]): Unit = linear(sample, x)
}

private object Cutout {
  private val Ratio = 0.5
}
