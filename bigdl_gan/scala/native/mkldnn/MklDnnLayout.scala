package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.{Element, Format, Layout}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn}

/** @param pd a memory primitive descriptor, which somebody else releases */
private[mkldnn] final class MklDnnLayout(context: MklDnnContext, override val dims: Array[Int],
  val pd: Long) extends Layout {
  override val bytes: Long = MklDnn.PrimitiveDescGetSize(pd)
  override def element: Element = Element.Float32
  val number: Int = Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(pd))
  override val format: Format = MklDnnFormat.named(number)

  override def isLike(other: Layout): Boolean =
    MklDnn.MemoryPrimitiveDescEqual(pd, MklDnnLayout.of(other).pd) == 1

  override def resized(dims: Array[Int]): MklDnnLayout = context.layoutOf(dims, number)

  def memoryDesc: Long = context.memoryDesc(dims, number)
}

private[mkldnn] object MklDnnLayout {
  def of(layout: Layout): MklDnnLayout = layout match {
    case own: MklDnnLayout => own
    case other => throw new IllegalArgumentException(
      s"MKL-DNN must be given its own layouts. Received: ${other.getClass.getName}.")
  }
}
