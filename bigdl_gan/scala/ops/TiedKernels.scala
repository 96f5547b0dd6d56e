package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Workers}

/**
 * 4x4 kernels, each `factor` times the sum of a 3x3 kernel's four shifts by one pixel; what follows
 * the kernels, the biases, stays.
 *
 * @param kernels how many
 * @param biases  how many
 */
private[gan] final class TiedKernels(kernels: Int, biases: Int, factor: Float, parallel: Workers)
  extends WeightMap {
  import TiedKernels.{Large, Small}

  private val unsafe = NativeMemory.unsafe
  override val count: Int = kernels * Large * Large + biases

  private def each(body: Int => Unit): Unit = {
    val piece = TiedKernels.Piece
    parallel.range((kernels + piece - 1) / piece) { i =>
      var kernel = i * piece
      val end = math.min(kernels, kernel + piece)
      while (kernel < end) {
        body(kernel)
        kernel += 1
      }
    }
  }

  override def apply(weights: Long, to: Long): Unit = {
    each { kernel =>
      val small = weights + 4L * kernel * Small * Small
      val large = to + 4L * kernel * Large * Large
      var at = 0
      while (at < Large * Large) {
        val row = at / Large
        val column = at % Large
        val sum = value(small, row, column) + value(small, row - 1, column) +
          value(small, row, column - 1) + value(small, row - 1, column - 1)
        unsafe.putFloat(large + 4L * at, factor * sum)
        at += 1
      }
    }
    NativeMemory.copy(weights + 4L * kernels * Small * Small, to + 4L * kernels * Large * Large, biases)
  }

  private def value(small: Long, row: Int, column: Int): Float =
    if (row < 0 || row >= Small || column < 0 || column >= Small) 0f
    else unsafe.getFloat(small + 4L * (row * Small + column))

  override def gradient(of: Long, to: Long): Unit = {
    each { kernel =>
      val large = of + 4L * kernel * Large * Large
      val small = to + 4L * kernel * Small * Small
      var at = 0
      while (at < Small * Small) {
        val corner = large + 4L * (at / Small * Large + at % Small)
        val sum = unsafe.getFloat(corner) + unsafe.getFloat(corner + 4) +
          unsafe.getFloat(corner + 4L * Large) + unsafe.getFloat(corner + 4L * Large + 4)
        unsafe.putFloat(small + 4L * at, factor * sum)
        at += 1
      }
    }
    NativeMemory.copy(of + 4L * kernels * Large * Large, to + 4L * kernels * Small * Small, biases)
  }
}

private[gan] object TiedKernels {
  val Small = 3
  val Large = 4
  private val Piece = 1 << 9 // kernels that a thread takes at once
}
