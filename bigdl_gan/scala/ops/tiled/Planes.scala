package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, PixelMajor}
import com.intel.analytics.bigdl.mkl.Memory

/**
 * Nine tensors (groups, channels, tiles, samples) one after the other, each nChw16c.
 *
 * @param memory where the first begins; asked when a pass is recorded
 */
private[gan] final class Planes(context: DnnContext, groups: Int, channels: Int, tiles: Int,
  samples: Int, memory: Long => Long) {
  private val run = 4L * samples * PixelMajor.Block
  private val group = 4L * samples * tiles * channels
  private lazy val begin = memory(Planes.Count * group * groups)

  /** The groups from `first` on of one plane. */
  def blob(plane: Int, first: Int, count: Int): Blob = context.blobAt(
    Array(count, channels, tiles, samples), Memory.Format.nChw16c,
    begin + group * (plane * groups + first))

  /** One block of channels of one group. */
  def cursor(groupIndex: Int, block: Int): PlaneCursor =
    new PlaneCursor(begin + group * groupIndex + run * tiles * block, group * groups, run)
}

private[gan] object Planes {
  val Count = 9
}

/** Addresses in a set of planes: `stride` bytes from plane to plane, `run` from tile to tile. */
private[gan] final class PlaneCursor(first: Long, stride: Long, run: Long) {
  def plane(index: Int, tile: Int): Long = first + stride * index + run * tile
}
