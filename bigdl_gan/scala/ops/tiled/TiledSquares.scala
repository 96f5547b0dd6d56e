package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Format, PixelMajor, Workers}

/**
 * Nine matrices (O, 4 C) in blocks of 16 by 16, and where each phase's 2x2 squares lie in a 4x4
 * kernel with the same blocks.
 */
private[gan] final class TiledSquares(context: DnnContext, outputs: Int, channels: Int,
  format: Format) {
  import TiledSquares.BlockLength

  private val (outputBlocks, blocks) = (outputs / PixelMajor.Block, channels / PixelMajor.Block)
  private val size = 4L * outputs * 4 * channels
  private val begin = context.allocate(Planes.Count * size)
  val planes: IndexedSeq[Blob] = (0 until Planes.Count).map(k =>
    context.blobAt(Array(outputs, 4 * channels, 1, 1), format, begin + size * k))

  /** Calls `body(cursor, square, block of the matrix)` for each square of blocks. */
  def each(parallel: Workers)(body: (PlaneCursor, Int, Int) => Unit): Unit = {
    val at = new PlaneCursor(begin, size, 4L * BlockLength)
    parallel.range(outputBlocks) { output =>
      for (phase <- 0 until 4; block <- 0 until blocks) {
        val (weights, column) = (if (outputsFirst) (output * blocks + block) else
          (block * outputBlocks + output), phase * blocks + block)
        val matrix =
          if (outputsFirst) output * 4 * blocks + column else column * outputBlocks + output
        body(at, weights * 4 + phase, matrix)
      }
    }
  }

  private def outputsFirst: Boolean = format == Format.OIHW16i16o

  /** The address of a square's weight in a kernel (O, C, 4, 4) of this format. */
  def weight(kernel: Long, square: Int, row: Int, column: Int): Long = {
    val (block, phaseY, phaseX) = (square / 4, square % 4 / 2, square % 2)
    kernel + 4L * BlockLength * (block * 16L + (2 * row + phaseY) * 4 + 2 * column + phaseX)
  }
}

private[gan] object TiledSquares {
  val BlockLength: Int = PixelMajor.Block * PixelMajor.Block
}
