package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory.unsafe

/** Lists of numbers outside the heap, for the length of one call. */
private[onednn] object Lists {
  /** Calls `body` with the address of these numbers as int64. */
  def ofLongs[A](values: Seq[Long])(body: Long => A): A = in(8L * values.length) { address =>
    values.zipWithIndex.foreach { case (value, i) => unsafe.putLong(address + 8L * i, value) }
    body(address)
  }

  def ofInts[A](values: Array[Int])(body: Long => A): A = ofLongs(values.map(_.toLong))(body)

  def ofFloats[A](values: Seq[Float])(body: Long => A): A = in(4L * values.length) { address =>
    values.zipWithIndex.foreach { case (value, i) => unsafe.putFloat(address + 4L * i, value) }
    body(address)
  }

  private def in[A](bytes: Long)(body: Long => A): A = {
    val address = unsafe.allocateMemory(math.max(bytes, 1L))
    try body(address) finally unsafe.freeMemory(address)
  }
}
