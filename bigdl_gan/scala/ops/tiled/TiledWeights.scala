package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Format, Workers}
import com.intel.analytics.bigdl.dllib.gan.ops.WeightLayouts

/** The weights (O, C, 4, 4) of a tiled convolution as nine matrices (O, 4 C). */
private[gan] final class TiledWeights(context: DnnContext, stored: Blob, parallel: Workers) {
  private val Array(outputs, channels, _, _) = stored.dims
  private val blocked = new WeightLayouts(context, stored)
  private lazy val forwards = new Copy(Format.OIHW16i16o)
  private lazy val backwards = new Copy(Format.IOHW16o16i)
  private val used = scala.collection.mutable.ArrayBuffer[Copy]()

  def forward(plane: Int): Blob = forwards.planes(plane)
  def backward(plane: Int): Blob = backwards.planes(plane)

  def refresh(): Unit = {
    blocked.refresh()
    used.foreach(_.transform())
  }

  private final class Copy(format: Format) {
    private val source = blocked.inLayout(context.layout(stored.dims, format))
    private val squares = new TiledSquares(context, outputs, channels, format)
    val planes: IndexedSeq[Blob] = squares.planes
    transform()
    used += this

    def transform(): Unit = squares.each(parallel) { (at, square, matrix) =>
      def g(row: Int, column: Int): Long = squares.weight(source.pointer, square, row, column)
      Square.toPlanes(g(0, 0), g(0, 1), g(1, 0), g(1, 1), at, matrix, -1f, TiledSquares.BlockLength)
    }
  }
}
