package com.intel.analytics.bigdl.dllib.gan.native

/**
 * A tensor in native memory.
 *
 * @param samples how many samples of the batch one entry of the first axis holds: 1, or a group's
 *                number of samples if the tensor is pixel-major (see `PixelMajor`)
 */
private[gan] final class Blob(context: DnnContext, val layout: Layout, val pointer: Long,
  val samples: Int = 1) {
  /** The library's own object for this memory. */
  lazy val memory: Long = context.memory(layout, pointer)
  private val views = scala.collection.mutable.Map[Rows, Blob]()

  def dims: Array[Int] = layout.dims
  def format: Format = layout.format
  def channelBlock: Int = format.channelBlock

  /** Values from one entry of the first axis to the next, including padded channels. */
  def stride: Int = (layout.bytes / layout.element.bytes / dims(0)).toInt

  /** Some samples of the batch: entire entries of the first axis. */
  def rows(rows: Rows): Blob =
    if (rows.first == 0 && rows.count == dims(0) * samples) this
    else {
      views.getOrElseUpdate(rows, new Blob(context,
        layout.resized(rows.count / samples +: dims.tail),
        pointer + rows.first / samples * layout.element.bytes.toLong * stride, samples))
    }

  /** A tensor of the same layout in its own memory, zeroed. */
  def blank(): Blob = new Blob(context, layout, context.allocate(layout.bytes), samples)

  /** A tensor of the same layout in other memory. */
  def at(other: Long): Blob = new Blob(context, layout, other, samples)

  def hasLayout(other: Layout): Boolean = layout.isLike(other)
}
