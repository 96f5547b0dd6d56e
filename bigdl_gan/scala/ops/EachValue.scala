package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Workers}

/** A loop over all values of a tensor, in the order of its memory. */
private[gan] object EachValue {
  private val Piece = 1 << 14 // values that a thread takes at once

  /** Calls `body(first, end)` with pieces' offsets in bytes, on all threads. */
  def of(blob: Blob, parallel: Workers)(body: (Long, Long) => Unit): () => Unit = {
    val total = blob.dims(0).toLong * blob.stride
    val pieces = ((total + Piece - 1) / Piece).toInt
    () => parallel.range(pieces) { i =>
      val first = 4L * i * Piece
      body(first, math.min(first + 4L * Piece, 4L * total))
    }
  }
}
