package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Format, PixelMajor}

/**
 * Nine tensors (groups, channels, tiles, samples), one after the other, each in NCHW16c:
 * [plane][group][C / 16][tile][sample][16].
 *
 * @param memory gives memory of a size in bytes; called when a pass is recorded
 */
private[gan] final class Planes(context: DnnContext, groups: Int, channels: Int, tiles: Int,
  samples: Int, memory: Long => Long) {
  private val tileBytes = 4L * samples * PixelMajor.Block
  private val groupBytes = 4L * samples * tiles * channels
  private lazy val begin = memory(Planes.Count * groupBytes * groups)

  /** `count` groups of one plane, from group `first` on. */
  def blob(plane: Int, first: Int, count: Int): Blob = context.blobAt(
    Array(count, channels, tiles, samples), Format.NCHW16c,
    begin + groupBytes * (plane * groups + first))

  /** A cursor over one group's block of channels. */
  def cursor(groupIndex: Int, block: Int): PlaneCursor =
    new PlaneCursor(begin + groupBytes * groupIndex + tileBytes * tiles * block,
      groupBytes * groups, tileBytes)
}

private[gan] object Planes {
  val Count = 9
}

/** Addresses in a set of planes, from the bytes between two planes and between two tiles. */
private[gan] final class PlaneCursor(first: Long, planeBytes: Long, tileBytes: Long) {
  def plane(index: Int, tile: Int): Long = first + planeBytes * index + tileBytes * tile
}
