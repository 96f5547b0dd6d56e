package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.{Memory, MklDnn}

/**
 * A float32 tensor in native memory, in one of MKL-DNN's layouts.
 *
 * @param samples how many samples of the batch one entry of the first axis holds: 1, or a group's
 *                number of samples if the tensor is pixel-major (see `PixelMajor`)
 */
private[gan] final class Blob(context: DnnContext, val dims: Array[Int], val pd: Long,
  val pointer: Long, val samples: Int = 1) {
  val bytes: Long = MklDnn.PrimitiveDescGetSize(pd)
  val format: Int = Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(pd))
  lazy val memory: Long = context.memory(pd, pointer)
  private val views = scala.collection.mutable.Map[Rows, Blob]()

  /** Floats from one entry of the first axis to the next, including padded channels. */
  def stride: Int = (bytes / 4 / dims(0)).toInt

  /** Some samples of the batch: entire entries of the first axis. */
  def rows(rows: Rows): Blob =
    if (rows.first == 0 && rows.count == dims(0) * samples) this
    else {
      views.getOrElseUpdate(rows, context.blobAt(rows.count / samples +: dims.tail, format,
        pointer + rows.first / samples * 4L * stride, samples))
    }

  /** A tensor of the same layout in its own memory, zeroed. */
  def blank(): Blob = new Blob(context, dims, pd, context.allocate(bytes), samples)

  /** A tensor of the same layout in other memory. */
  def at(other: Long): Blob = context.blobAt(dims, format, other, samples)

  def channelBlock: Int = Layout.channelBlock(format)

  def sameLayout(other: Long): Boolean = MklDnn.MemoryPrimitiveDescEqual(pd, other) == 1
}
