package com.intel.analytics.bigdl.dllib.gan.training.augment

import java.util.Arrays.fill

import com.intel.analytics.bigdl.dllib.gan.random.Philox

/**
 * Shifts an image by whole pixels, up to an eighth of each side, with zeros where nothing was.
 *
 * @param shape (C, H, W)
 */
private[gan] final class Translation(shape: Seq[Int], samples: Int) extends Transform {
  private val Seq(channels, height, width) = shape
  private val rows, columns = new Array[Int](samples)

  override val number = 1

  override def draw(sample: Int, bits: Array[Int]): Unit = {
    rows(sample) = shift(height, bits(0))
    columns(sample) = shift(width, bits(1))
  }

  private def shift(side: Int, bits: Int): Int = {
    val most = (side * Translation.Ratio + 0.5).toInt
    (Philox.uniform(bits) * (2 * most + 1)).toInt - most
  }

  /** The pixel (row, column) comes from (row + rows, column + columns). */
  override def linear(sample: Int, x: Array[Float]): Unit = move(x, rows(sample), columns(sample))

  override def adjoint(sample: Int, x: Array[Float]): Unit = move(x, -rows(sample), -columns(sample))

  private def move(x: Array[Float], rows: Int, columns: Int): Unit = {
    val (left, kept) = (math.max(0, -columns), width - math.abs(columns))
    var row = 0
    while (row < channels * height) {
      val (plane, k) = (row / height * height, row % height)
      val y = if (rows >= 0) k else height - 1 - k // so that no row is overwritten before it is read
      val (from, to) = (y + rows, (plane + y) * width)
      if (from < 0 || from >= height) fill(x, to, to + width, 0f)
      else {
        System.arraycopy(x, (plane + from) * width + left + columns, x, to + left, kept)
        fill(x, to, to + left, 0f)
        fill(x, to + left + kept, to + width, 0f)
      }
      row += 1
    }
  }
}

private object Translation {
  private val Ratio = 0.125
}
