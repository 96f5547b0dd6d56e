package com.intel.analytics.bigdl.dllib.gan.training.augment

import com.intel.analytics.bigdl.dllib.gan.random.Philox

/**
 * Adds brightness from (-0.5, 0.5) to all values; multiplies each pixel's deviations from the mean of
 * its channels by a saturation from (0, 2), and all deviations from the image's mean by a contrast
 * from (0.5, 1.5). Values may leave [-1, 1]. A grey image has no saturation.
 *
 * @param shape (C, H, W)
 */
private[gan] final class Color(shape: Seq[Int], samples: Int) extends Transform {
  private val channels = shape.head
  private val area = shape.tail.product
  private val brightness, saturation, contrast = new Array[Float](samples)

  override val number = 0

  override def draw(sample: Int, bits: Array[Int]): Unit = {
    brightness(sample) = (Philox.uniform(bits(0)) - 0.5).toFloat
    saturation(sample) = (Philox.uniform(bits(1)) * 2).toFloat
    contrast(sample) = (Philox.uniform(bits(2)) + 0.5).toFloat
  }

  override def affine(sample: Int, x: Array[Float]): Unit = {
    val more = brightness(sample)
    var i = 0
    while (i < x.length) {
      x(i) += more
      i += 1
    }
    linear(sample, x)
  }

  override def linear(sample: Int, x: Array[Float]): Unit = {
    if (channels > 1) saturate(x, saturation(sample))
    deviate(x, contrast(sample))
  }

  /** Both factors are symmetric, and commute. */
  override def adjoint(sample: Int, x: Array[Float]): Unit = linear(sample, x)

  private def saturate(x: Array[Float], factor: Float): Unit = {
    var pixel = 0
    while (pixel < area) {
      var sum = 0f
      var i = pixel
      while (i < x.length) {
        sum += x(i)
        i += area
      }
      val mean = sum / channels
      i = pixel
      while (i < x.length) {
        x(i) = (x(i) - mean) * factor + mean
        i += area
      }
      pixel += 1
    }
  }

  private def deviate(x: Array[Float], factor: Float): Unit = {
    var sum = 0.0
    var i = 0
    while (i < x.length) {
      sum += x(i)
      i += 1
    }
    val mean = (sum / x.length).toFloat
    i = 0
    while (i < x.length) {
      x(i) = (x(i) - mean) * factor + mean
      i += 1
    }
  }
}
