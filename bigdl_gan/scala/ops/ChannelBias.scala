package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass}
import com.intel.analytics.bigdl.dllib.gan.network.Site

/** A bias per channel, if no primitive has one; loops over planes of `channelBlock` channels. */
private[gan] final class ChannelBias(site: Site, offset: Int, channels: Int) {
  private val first = (site.node.weightOffset + offset) * 4L
  private val unsafe = NativeMemory.unsafe

  /** Calls `body(sample, first channel, pointer, pixels, block)` for every plane of a blob. */
  private def planes(blob: Blob)(body: (Int, Int, Long, Int, Int) => Unit): () => Unit = {
    val block = blob.channelBlock
    val pixels = blob.dims(2) * blob.dims(3)
    val stride = blob.stride
    val blocks = (channels + block - 1) / block
    // not over the first axis alone: it has one entry for a pixel-major tensor of one group
    () => site.settings.parallel.range(blob.dims(0) * blocks) { i =>
      val (sample, number) = (i / blocks, i % blocks)
      body(sample, number * block,
        blob.pointer + 4L * (sample.toLong * stride + number.toLong * pixels * block), pixels, block)
    }
  }

  def add(pass: Pass, blob: Blob): Unit = pass.jvm(planes(blob) {
    (_, channel, pointer, pixels, block) =>
      var c = 0
      while (c < math.min(block, channels - channel)) {
        val bias = unsafe.getFloat(site.memory.weights + first + 4L * (channel + c))
        var at = pointer + 4L * c
        val end = at + 4L * pixels * block
        while (at < end) {
          unsafe.putFloat(at, unsafe.getFloat(at) + bias)
          at += 4L * block
        }
        c += 1
      }
  })

  def accumulate(pass: Pass, gradient: Blob): Unit = {
    val sums = new Array[Double](gradient.dims(0) * channels)
    val loop = planes(gradient) { (sample, channel, pointer, pixels, block) =>
      var c = 0
      while (c < math.min(block, channels - channel)) {
        var at = pointer + 4L * c
        val end = at + 4L * pixels * block
        var sum = 0.0
        while (at < end) {
          sum += unsafe.getFloat(at)
          at += 4L * block
        }
        sums(sample * channels + channel + c) = sum
        c += 1
      }
    }
    pass.jvm { () =>
      loop()
      var c = 0
      while (c < channels) {
        var (total, i) = (0.0, c)
        while (i < sums.length) {
          total += sums(i)
          i += channels
        }
        unsafe.putFloat(site.memory.gradients + first + 4L * c, total.toFloat)
        c += 1
      }
    }
  }
}
