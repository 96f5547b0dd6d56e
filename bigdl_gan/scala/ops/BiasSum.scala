package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, PixelMajor, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.Site

/** A bias's gradient as a sum over samples that each have a factor. No primitive can do that. */
private[gan] final class BiasSum(site: Site, offset: Int, channels: Int) {
  private val target = site.memory.gradients + (site.node.weightOffset + offset) * 4L
  private val unsafe = NativeMemory.unsafe

  /**
   * @param gradient of the entire batch
   * @param factors  for every sample of the batch; read when the pass runs
   */
  def weighted(pass: Pass, gradient: Blob, rows: Rows, factors: Array[Float]): Unit =
    if (gradient.samples == 1) bySample(pass, gradient, rows, factors)
    else byPixel(pass, gradient, rows, factors)

  /** Adds up the samples' planes of some channels, then each channel's pixels. */
  private def bySample(pass: Pass, gradient: Blob, rows: Rows, factors: Array[Float]): Unit = {
    val block = gradient.channelBlock
    val length = gradient.dims.drop(2).product * block // of a plane
    val blocks = (channels + block - 1) / block
    val sums = site.context.allocate(4L * blocks * length)
    pass.jvm(() => site.settings.parallel.range(blocks) { i =>
      val sum = sums + 4L * i * length
      unsafe.setMemory(sum, 4L * length, 0)
      var row = rows.first
      while (row < rows.first + rows.count) {
        NativeMemory.add(gradient.pointer + 4L * (row.toLong * gradient.stride + i.toLong * length), sum,
          length, factors(row))
        row += 1
      }
      var c = 0
      while (c < math.min(block, channels - i * block)) {
        var total = 0.0
        var at = c
        while (at < length) {
          total += unsafe.getFloat(sum + 4L * at)
          at += block
        }
        unsafe.putFloat(target + 4L * (i * block + c), total.toFloat)
        c += 1
      }
    })
  }

  /** The same on a pixel-major tensor: adds up the pixels of a block of channels, then the samples. */
  private def byPixel(pass: Pass, gradient: Blob, rows: Rows, factors: Array[Float]): Unit = {
    val (samples, pixels) = (gradient.samples, gradient.dims(2))
    val length = samples * PixelMajor.Block // of a pixel
    val blocks = channels / PixelMajor.Block
    val sums = site.context.allocate(4L * blocks * length)
    pass.jvm(() => site.settings.parallel.range(blocks) { i =>
      val sum = sums + 4L * i * length
      val totals = new Array[Double](PixelMajor.Block)
      for (group <- rows.first / samples until (rows.first + rows.count) / samples) {
        unsafe.setMemory(sum, 4L * length, 0)
        val plane = gradient.pointer +
          4L * (group.toLong * gradient.stride + i.toLong * pixels * length)
        var pixel = 0
        while (pixel < pixels) {
          NativeMemory.add(plane + 4L * pixel * length, sum, length)
          pixel += 1
        }
        var at = 0
        while (at < length) {
          totals(at % PixelMajor.Block) += factors(group * samples + at / PixelMajor.Block).toDouble *
            unsafe.getFloat(sum + 4L * at)
          at += 1
        }
      }
      totals.indices.foreach(c =>
        unsafe.putFloat(target + 4L * (i * PixelMajor.Block + c), totals(c).toFloat))
    })
  }
}
