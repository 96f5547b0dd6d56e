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
  private val tileBytes = 4L * samples * PixelMajor.Block
  private val groupBytes = 4L * samples * tiles * channels
  private lazy val begin = memory(Planes.Count * groupBytes * groups)

  /** The groups from `first` on of one plane. */
  def blob(plane: Int, first: Int, count: Int): Blob = context.blobAt(
    Array(count, channels, tiles, samples), Memory.Format.nChw16c,
    begin + groupBytes * (plane * groups + first))

  /** One block of channels of one group. */
  def cursor(groupIndex: Int, block: Int): PlaneCursor =
    new PlaneCursor(begin + groupBytes * groupIndex + tileBytes * tiles * block,
      groupBytes * groups, tileBytes)
}

private[gan] object Planes {
  val Count = 9
}

/** Addresses in a set of planes, so many bytes from plane to plane and from tile to tile. */
private[gan] final class PlaneCursor(first: Long, planeBytes: Long, tileBytes: Long) {
  def plane(index: Int, tile: Int): Long = first + planeBytes * index + tileBytes * tile
}
