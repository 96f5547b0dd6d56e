package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Element, Format, Layout, NativeMemory}

/**
 * @param descriptor a memory descriptor, which somebody else releases
 * @param given      the name by which it was made
 */
private[onednn] final class OneDnnLayout(context: OneDnnContext, val descriptor: Long,
  given: Option[Format] = None) extends Layout {
  override val dims: Array[Int] = {
    val address = OneDnn.made("a layout's dims", OneDnn.dims(descriptor))
    Array.tabulate(OneDnn.rank(descriptor))(i => NativeMemory.unsafe.getLong(address + 8L * i).toInt)
  }
  override val bytes: Long = OneDnn.size(descriptor)

  override def element: Element = Numbers.TypeOf.map(_.swap).getOrElse(OneDnn.dataType(descriptor),
    throw new IllegalStateException("A workspace's values are oneDNN's own."))

  override lazy val format: Format = given.orElse(OneDnnLayout.Named.find(name => hasTag(Numbers.TagOf(name))))
    .getOrElse(Format.Other)

  /** By its number, which every layout of data has, though not every layout of weights. */
  private lazy val tag: Int = Numbers.TagOf.get(format).orElse((2 until Numbers.Tags).find(hasTag)).getOrElse(
    throw new IllegalStateException("oneDNN has no name for this layout, so none for other dims."))

  private def hasTag(tag: Int): Boolean = {
    val other = Lists.ofInts(dims)(OneDnn.descriptor(dims.length, _, OneDnn.dataType(descriptor), tag))
    val found = other > 0 && OneDnn.same(descriptor, other) == 1 // no handle if it is for another rank
    if (other > 0) OneDnn.freeDescriptor(other)
    found
  }

  override def isLike(other: Layout): Boolean =
    OneDnn.same(descriptor, OneDnnLayout.of(other).descriptor) == 1

  override def resized(dims: Array[Int]): OneDnnLayout =
    new OneDnnLayout(context, context.descriptor(dims, tag, OneDnn.dataType(descriptor)), given)
}

private[onednn] object OneDnnLayout {
  /** The plain ones first: with one channel or one pixel, tensors are in several at once. */
  private val Named = Seq(Format.X, Format.NC, Format.NCHW, Format.NCHW8c, Format.NCHW16c, Format.NHWC,
    Format.OIHW8i8o, Format.OIHW16i16o, Format.IOHW16o16i, Format.TNC, Format.NTC)

  def of(layout: Layout): OneDnnLayout = layout match {
    case own: OneDnnLayout => own
    case other => throw new IllegalArgumentException(
      s"oneDNN must be given its own layouts. Received: ${other.getClass.getName}.")
  }
}
