package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Format, Pass, Workers}

/** The nine matrices' gradients, and the weights' (O, C, 4, 4) gradient from them. */
private[gan] final class TiledGradient(context: DnnContext, dims: Array[Int], parallel: Workers) {
  private val squares =
    new TiledSquares(context, dims(0), dims(1), Format.OIHW16i16o)
  private lazy val blocked = context.blob(dims, Format.OIHW16i16o)

  def plane(index: Int): Blob = squares.planes(index)

  def store(pass: Pass, target: Blob): Unit = {
    val written = if (target.format == Format.OIHW16i16o) target else blocked
    pass.jvm(() => squares.each(parallel) { (at, square, matrix) =>
      Square.fromPlanes(at, matrix, -1f, TiledSquares.BlockLength)
      for (row <- 0 to 1; column <- 0 to 1) {
        Square.write(at, matrix, -1f, TiledSquares.BlockLength, row, column,
          squares.weight(written.pointer, square, row, column))
      }
    })
    if (written ne target) pass.native(context.reorder(written, target))
  }
}
