package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory.{add, copy}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, PixelMajor, Workers}

/**
 * The transforms of Winograd's algorithm F(2x2, 2x2) on pixel-major tensors.
 *
 * A 4x4 convolution of stride 2 is the sum of four 2x2 convolutions of stride 1, one for each phase
 * (parity of row and column) of its padded input. In one dimension, two neighbouring outputs of
 * such a convolution, y0 = d0 g0 + d1 g1 and y1 = d1 g0 + d2 g1, are m0 + m1 and m2 - m1 with the
 * three products m0 = (d0 + d1) g0, m1 = d1 (g1 - g0) and m2 = (d1 + d2) g1; nested in two
 * dimensions, four outputs cost nine products instead of sixteen. Source: Winograd, "Arithmetic
 * Complexity of Computations", SIAM 1980; Lavin and Gray, CVPR 2016, arXiv:1509.09308.
 *
 * The gradients are the transposes of the same maps. All coefficients are 0, 1 or -1, so scaling
 * loses no precision.
 *
 * @param source  (C, H, W) that the convolution reads
 * @param output  (O, H / 2, W / 2) that it writes
 * @param samples in one group
 */
private[gan] final class Tiles(source: Array[Int], output: Array[Int], samples: Int,
  context: DnnContext, parallel: Workers) {
  private val Array(channels, height, width) = source
  private val Array(outputChannels, outputHeight, outputWidth) = output
  private val sourceBlocks = channels / PixelMajor.Block
  private val outputBlocks = outputChannels / PixelMajor.Block
  private val (rows, columns) = Tiles.grid(output)
  private val length = samples * PixelMajor.Block // floats in a pixel of one block of channels
  private val zeros = context.allocate(4L * length)
  val count: Int = rows * columns

  private def sourcePixel(image: Long, y: Int, x: Int): Long =
    if (y < 0 || x < 0 || y >= height || x >= width) zeros
    else image + 4L * length * (y * width + x)

  private def outputPixel(image: Long, y: Int, x: Int): Long =
    if (y >= outputHeight || x >= outputWidth) zeros
    else image + 4L * length * (y * outputWidth + x)

  /** The sums to be multiplied: 4 C channels, one phase of the source after the other. */
  def fromSource(blob: Blob, planes: Planes, firstGroup: Int): Unit =
    eachSourceImage(blob, planes, firstGroup) { (image, phaseY, phaseX, at) =>
      var tile = 0
      while (tile < count) {
        val y = 4 * (tile / columns) + phaseY - 1
        val x = 4 * (tile % columns) + phaseX - 1
        val middle = sourcePixel(image, y + 2, x + 2)
        val (left, right) = (sourcePixel(image, y + 2, x), sourcePixel(image, y + 2, x + 4))
        val (above, below) = (sourcePixel(image, y, x + 2), sourcePixel(image, y + 4, x + 2))
        copy(middle, at.plane(4, tile), length)
        sum(left, middle, at.plane(3, tile))
        sum(right, middle, at.plane(5, tile))
        sum(above, middle, at.plane(1, tile))
        sum(below, middle, at.plane(7, tile))
        sum(sourcePixel(image, y, x), left, at.plane(1, tile), at.plane(0, tile))
        sum(sourcePixel(image, y, x + 4), right, at.plane(1, tile), at.plane(2, tile))
        sum(sourcePixel(image, y + 4, x), left, at.plane(7, tile), at.plane(6, tile))
        sum(sourcePixel(image, y + 4, x + 4), right, at.plane(7, tile), at.plane(8, tile))
        tile += 1
      }
    }

  private def sum(a: Long, b: Long, to: Long): Unit = {
    copy(a, to, length)
    if (b != zeros) add(b, to, length)
  }

  private def sum(a: Long, b: Long, c: Long, to: Long): Unit = {
    sum(a, b, to)
    add(c, to, length)
  }

  /** The transpose of `fromSource`; overwrites the planes. */
  def toSource(planes: Planes, blob: Blob, firstGroup: Int): Unit =
    eachSourceImage(blob, planes, firstGroup) { (image, phaseY, phaseX, at) =>
      var tile = 0
      while (tile < count) {
        addUp(at, tile)
        tile += 1
      }
      var row = 0
      while (row <= 2 * rows) {
        var column = 0
        while (column <= 2 * columns) {
          val target = sourcePixel(image, 2 * row + phaseY - 1, 2 * column + phaseX - 1)
          if (target != zeros) gather(at, row, column, target)
          column += 1
        }
        row += 1
      }
    }

  /** Adds a tile's outer planes to its middle planes: row by row, then column by column. */
  private def addUp(at: PlaneCursor, tile: Int): Unit = {
    var i = 0
    while (i < 3) {
      add(at.plane(i, tile), at.plane(3 + i, tile), length)
      add(at.plane(6 + i, tile), at.plane(3 + i, tile), length)
      i += 1
    }
    i = 0
    while (i < 9) {
      add(at.plane(i, tile), at.plane(i + 1, tile), length)
      add(at.plane(i + 2, tile), at.plane(i + 1, tile), length)
      i += 3
    }
  }

  /** Sums one pixel of a phase: it is the middle of one tile, or lies between two or four. */
  private def gather(at: PlaneCursor, row: Int, column: Int, target: Long): Unit = {
    val (evenRow, evenColumn) = (row % 2 == 0, column % 2 == 0)
    var begun = take(at, if (evenRow) 0 else 3, if (evenColumn) 0 else 1, row / 2, column / 2,
      target, false)
    if (evenColumn) {
      begun = take(at, if (evenRow) 0 else 3, 2, row / 2, column / 2 - 1, target, begun)
    }
    if (evenRow) {
      begun = take(at, 6, if (evenColumn) 0 else 1, row / 2 - 1, column / 2, target, begun)
      if (evenColumn) take(at, 6, 2, row / 2 - 1, column / 2 - 1, target, begun)
    }
  }

  private def take(at: PlaneCursor, planeRow: Int, planeColumn: Int, row: Int, column: Int,
    target: Long, begun: Boolean): Boolean =
    if (row < 0 || column < 0 || row >= rows || column >= columns) begun
    else {
      val from = at.plane(planeRow + planeColumn, row * columns + column)
      if (begun) add(from, target, length) else copy(from, target, length)
      true
    }

  /** The convolution's output, from the products; overwrites the planes. */
  def toOutput(planes: Planes, blob: Blob, firstGroup: Int): Unit =
    eachOutputImage(blob, planes, firstGroup) { (image, at) =>
      var tile = 0
      while (tile < count) {
        val (y, x) = (2 * (tile / columns), 2 * (tile % columns))
        Square.fromPlanes(at, tile, 1f, length)
        Square.write(at, tile, 1f, length, 0, 0, outputPixel(image, y, x))
        if (x + 1 < outputWidth) Square.write(at, tile, 1f, length, 0, 1, outputPixel(image, y, x + 1))
        if (y + 1 < outputHeight) {
          Square.write(at, tile, 1f, length, 1, 0, outputPixel(image, y + 1, x))
          if (x + 1 < outputWidth) {
            Square.write(at, tile, 1f, length, 1, 1, outputPixel(image, y + 1, x + 1))
          }
        }
        tile += 1
      }
    }

  /** The transpose of `toOutput`. */
  def fromOutput(blob: Blob, planes: Planes, firstGroup: Int): Unit =
    eachOutputImage(blob, planes, firstGroup) { (image, at) =>
      var tile = 0
      while (tile < count) {
        val (y, x) = (2 * (tile / columns), 2 * (tile % columns))
        Square.toPlanes(outputPixel(image, y, x), outputPixel(image, y, x + 1),
          outputPixel(image, y + 1, x), outputPixel(image, y + 1, x + 1), at, tile, 1f, length)
        tile += 1
      }
    }

  private def eachSourceImage(blob: Blob, planes: Planes, firstGroup: Int)(
    body: (Long, Int, Int, PlaneCursor) => Unit): Unit =
    parallel.range(blob.dims(0) * 4 * sourceBlocks) { i =>
      val (group, phase, block) =
        (i / (4 * sourceBlocks), i / sourceBlocks % 4, i % sourceBlocks)
      body(blob.pointer + 4L * group * blob.stride + 4L * length * block * height * width, phase / 2,
        phase % 2, planes.cursor(firstGroup + group, phase * sourceBlocks + block))
    }

  private def eachOutputImage(blob: Blob, planes: Planes, firstGroup: Int)(
    body: (Long, PlaneCursor) => Unit): Unit =
    parallel.range(blob.dims(0) * outputBlocks) { i =>
      val (group, block) = (i / outputBlocks, i % outputBlocks)
      body(blob.pointer + 4L * group * blob.stride +
        4L * length * block * outputHeight * outputWidth, planes.cursor(firstGroup + group, block))
    }
}

private[gan] object Tiles {
  /** Rows and columns of tiles, each of 2x2 pixels of the output (O, H, W). */
  def grid(output: Array[Int]): (Int, Int) = ((output(1) + 1) / 2, (output(2) + 1) / 2)
}
