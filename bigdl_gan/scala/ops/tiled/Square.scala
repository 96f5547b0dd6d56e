package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory.{add, copy}

/** Squares of 2x2 values and their nine planes: (v0, s (v0 - v1), v1) in each dimension. */
private[gan] object Square {
  def toPlanes(v00: Long, v01: Long, v10: Long, v11: Long, at: PlaneCursor, tile: Int, s: Float,
    length: Int): Unit = {
    def difference(a: Long, b: Long, plane: Int): Unit = {
      val (from, less) = if (s > 0) (a, b) else (b, a)
      copy(from, at.plane(plane, tile), length)
      add(less, at.plane(plane, tile), length, -1f)
    }
    copy(v00, at.plane(0, tile), length)
    copy(v01, at.plane(2, tile), length)
    copy(v10, at.plane(6, tile), length)
    copy(v11, at.plane(8, tile), length)
    difference(v00, v01, 1)
    difference(v00, v10, 3)
    difference(v01, v11, 5)
    difference(v10, v11, 7)
    difference(at.plane(1, tile), at.plane(7, tile), 4)
  }

  /** The first half of `toPlanes`'s transpose: sums over rows, in place. */
  def fromPlanes(at: PlaneCursor, tile: Int, s: Float, length: Int): Unit = {
    var i = 0
    while (i < 3) {
      add(at.plane(3 + i, tile), at.plane(i, tile), length, s)
      add(at.plane(3 + i, tile), at.plane(6 + i, tile), length, -s)
      i += 1
    }
  }

  /** The second half: sums over columns, and writes one value of the square. */
  def write(at: PlaneCursor, tile: Int, s: Float, length: Int, row: Int, column: Int, to: Long)
  : Unit = {
    copy(at.plane(6 * row + 2 * column, tile), to, length)
    add(at.plane(6 * row + 1, tile), to, length, if (column == 0) s else -s)
  }
}
