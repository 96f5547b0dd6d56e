package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.model.Node
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Pass, Rows}

/** What an operation knows of its place in the network. */
private[gan] final class Site(val context: DnnContext, val id: Int, val node: Node,
  val inputs: Array[Edge], val output: Edge, val memory: FlatMemory, val settings: Settings) {
  def input: Edge = inputs(0)
  def batch: Int = output.batch

  /** Where the gradient by an input goes. */
  def inputGradient(position: Int = 0): Blob = inputs(position).slot(Consumer(id, position))

  /** The rows of each group (images that one batch norm sees together) within `rows`. */
  def groupsIn(rows: Rows): Seq[Rows] = {
    val size = batch / settings.groups
    (rows.first until rows.first + rows.count by size).map(Rows(_, size))
  }

  /** `have` itself, or a copy of it in the layout `want`, refreshed within `pass`. */
  def inLayout(pass: Pass, have: Blob, want: Long): Blob =
    if (have.sameLayout(want)) have
    else {
      val copy = context.blobOf(want)
      pass.native(context.reorder(have, copy))
      copy
    }

  /** Records `write` into `target`, by way of a copy where the layouts differ. */
  def into(pass: Pass, have: Long, target: Blob)(write: Blob => Unit): Unit =
    if (target.sameLayout(have)) write(target)
    else {
      val copy = context.blobOf(have)
      write(copy)
      pass.native(context.reorder(copy, target))
    }

  /** Weights from this node's share of the flat vector, as a tensor of plain layout. */
  def weights(dims: Array[Int], format: Int, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.weights + (node.weightOffset + offset) * 4L)

  def gradients(dims: Array[Int], format: Int, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.gradients + (node.weightOffset + offset) * 4L)
}
