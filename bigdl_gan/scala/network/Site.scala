package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Pass, Rows}

/**
 * What an operation knows of its place in the network.
 *
 * @param isPixelMajor whether its tensors are pixel-major
 */
private[gan] final class Site(val context: DnnContext, val id: Int, val node: Node,
  val inputs: Array[Edge], val output: Edge, val memory: NetworkMemory, val settings: Settings,
  val isPixelMajor: Boolean) {
  def input: Edge = inputs(0)
  def batch: Int = output.batch

  /** Where the gradient by an input goes. */
  def inputGradient(position: Int = 0): Blob = inputs(position).slot(Consumer(id, position))

  /** The rows of each group (images that one batch norm sees together) within `rows`. */
  def groupsIn(rows: Rows): Seq[Rows] = {
    val size = batch / settings.groups
    (rows.first until rows.first + rows.count by size).map(Rows(_, size))
  }

  /** `blob` itself, or a copy of it in another layout, refreshed within `pass`. */
  def inLayout(pass: Pass, blob: Blob, layout: Long): Blob =
    if (blob.sameLayout(layout)) blob
    else {
      val copy = context.blobOf(layout)
      pass.native(context.reorder(blob, copy))
      copy
    }

  /** Records `write`, which writes in this layout, and a copy into `target` if the layouts differ. */
  def writeInLayout(pass: Pass, target: Blob, layout: Long)(write: Blob => Unit): Unit =
    if (target.sameLayout(layout)) write(target)
    else {
      val copy = context.blobOf(layout)
      write(copy)
      pass.native(context.reorder(copy, target))
    }

  /** Weights from this node's share of the flat vector, as a tensor of plain layout. */
  def weights(dims: Array[Int], format: Int, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.weights + (node.weightOffset + offset) * 4L)

  def gradients(dims: Array[Int], format: Int, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.gradients + (node.weightOffset + offset) * 4L)
}
