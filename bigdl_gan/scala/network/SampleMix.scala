package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, PixelMajor, Rows, Workers}

/** Turns tangents into factor times value plus tangent, where each sample has its own factor. */
private[gan] final class SampleMix(values: Blob, tangents: Blob, parallel: Workers) {
  /**
   * @param rows     the samples to mix
   * @param kept     those whose tangents are added; the others' are overwritten
   * @param factors  one for each sample of the batch
   */
  def run(rows: Rows, kept: Seq[Rows], factors: Array[Float]): Unit =
    if (values.samples == 1) {
      parallel.range(rows.count) { i =>
        val at = rows.first + i
        val offset = 4L * values.stride * at
        NativeMemory.combine(values.stride, factors(at), values.pointer + offset, keep(kept, at),
          tangents.pointer + offset)
      }
    } else {
      val blocks = values.dims(1) / PixelMajor.Block
      val first = rows.first / values.samples
      parallel.range(rows.count / values.samples * blocks) { i =>
        mixBlock(first + i / blocks, i % blocks, kept, factors)
      }
    }

  private def keep(kept: Seq[Rows], sample: Int): Float =
    if (kept.exists(part => sample >= part.first && sample < part.first + part.count)) 1f else 0f

  /** One block of sixteen channels of a group: [pixel][sample][16]. */
  private def mixBlock(group: Int, block: Int, kept: Seq[Rows], factors: Array[Float]): Unit = {
    val unsafe = NativeMemory.unsafe
    val (pixels, samples) = (values.dims(2), values.samples)
    val old = keep(kept, group * samples) // groups are kept or not as a whole
    var offset = 4L * (group.toLong * values.stride +
      block.toLong * pixels * samples * PixelMajor.Block)
    var pixel = 0
    while (pixel < pixels) {
      var sample = 0
      while (sample < samples) {
        val factor = factors(group * samples + sample)
        val end = offset + 4L * PixelMajor.Block
        while (offset < end) {
          unsafe.putFloat(tangents.pointer + offset, factor * unsafe.getFloat(values.pointer + offset) +
            old * unsafe.getFloat(tangents.pointer + offset))
          offset += 4
        }
        sample += 1
      }
      pixel += 1
    }
  }
}
