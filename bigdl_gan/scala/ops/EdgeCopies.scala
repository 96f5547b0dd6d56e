package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Workers}

/**
 * Borders of copies of an image's outermost pixels, one pixel wide or none, and their transpose.
 *
 * @param image  (C, H, W)
 * @param border above and below, and at both sides: 0 or 1
 */
private[gan] final class EdgeCopies(image: Array[Int], border: (Int, Int), parallel: Workers) {
  private val unsafe = NativeMemory.unsafe
  private val Array(channels, height, width) = image
  private val (above, beside) = border
  private val largeHeight = height + 2 * above

  /** Calls `body(image's plane, bordered plane, bytes of a pixel)` for each block of channels. */
  private def planes(small: Blob, large: Blob)(body: (Long, Long, Long) => Unit): () => Unit = {
    val block = small.channelBlock
    val blocks = (channels + block - 1) / block
    val pixel = 4L * block
    () => parallel.range(small.dims(0) * blocks) { i =>
      val (sample, number) = (i / blocks, i % blocks)
      body(small.pointer + 4L * sample * small.stride + pixel * number * height * width,
        large.pointer + 4L * sample * large.stride + pixel * number * largeHeight * (width + 2 * beside),
        pixel)
    }
  }

  /** A loop that writes the image with its border; both have one layout. */
  def add(from: Blob, to: Blob): () => Unit = planes(from, to) { (small, large, pixel) =>
    val (run, largeRun) = (pixel * width, pixel * (width + 2 * beside))
    var y = 0
    while (y < largeHeight) {
      val source = small + run * math.min(math.max(y - above, 0), height - 1)
      val target = large + largeRun * y
      unsafe.copyMemory(source, target + pixel * beside, run)
      if (beside > 0) {
        unsafe.copyMemory(source, target, pixel)
        unsafe.copyMemory(source + run - pixel, target + largeRun - pixel, pixel)
      }
      y += 1
    }
  }

  /** A loop that adds a gradient's border to the pixels that it copies; it overwrites both. */
  def fold(from: Blob, to: Blob): () => Unit = planes(to, from) { (small, large, pixel) =>
    val (run, largeRun) = (pixel * width, pixel * (width + 2 * beside))
    var y = 0
    while (y < largeHeight) {
      val source = large + largeRun * y
      val inside = source + pixel * beside
      if (beside > 0) {
        addTo(inside, source, pixel)
        addTo(inside + run - pixel, source + largeRun - pixel, pixel)
      }
      if (y >= above && y < height + above) unsafe.copyMemory(inside, small + run * (y - above), run)
      y += 1
    }
    if (above > 0) { // after the columns of these rows are folded
      addTo(small, large + pixel * beside, run)
      addTo(small + run * (height - 1), large + largeRun * (largeHeight - 1) + pixel * beside, run)
    }
  }

  private def addTo(to: Long, from: Long, bytes: Long): Unit =
    NativeMemory.add(from, to, (bytes / 4).toInt)
}
