package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Format, Layout, Pass, Rows}

/**
 * An operation's place in the network.
 *
 * @param isPixelMajor whether its tensors are pixel-major
 */
private[gan] final class Site(val context: DnnContext, val id: Int, val node: Node,
  val inputs: Array[Edge], val output: Edge, val memory: NetworkMemory, val settings: Settings,
  val isPixelMajor: Boolean) {
  def input: Edge = inputs(0)
  def batch: Int = output.batch

  /** Where to write the gradient, or the adjoint, by an input. */
  def inputGradient(position: Int = 0, face: Face = Face.Gradient): Blob =
    inputs(position).slot(Consumer(id, position), face)

  /** The rows of each group within `rows`: the images that a batch norm sees together. */
  def groupsIn(rows: Rows): Seq[Rows] = {
    val size = batch / settings.groups
    (rows.first until rows.first + rows.count by size).map(Rows(_, size))
  }

  /** `blob` itself, or a copy of it in another layout, refreshed within `pass`. */
  def inLayout(pass: Pass, blob: Blob, layout: Layout): Blob =
    if (blob.hasLayout(layout)) blob
    else {
      val copy = context.blobOf(layout)
      pass.native(context.reorder(blob, copy))
      copy
    }

  /** Records what `write` writes in a layout, and a copy to `target` if that has another one. */
  def writeInLayout(pass: Pass, target: Blob, layout: Layout)(write: Blob => Unit): Unit =
    if (target.hasLayout(layout)) write(target)
    else {
      val copy = context.blobOf(layout)
      write(copy)
      pass.native(context.reorder(copy, target))
    }

  /** The layer's kernel in the flat vector of weights, in the vector's order. */
  def kernel: Blob = kernelIn(memory.weights)

  def kernelGradient(extra: Boolean): Blob =
    kernelIn(if (extra) memory.extraGradients else memory.gradients)

  private def kernelIn(vector: Long): Blob = {
    val dims = node.layer.kernel(input.shape, node.shape).getOrElse(
      throw new IllegalStateException(s"This layer has no kernel: ${node.name}."))
    context.blobAt(dims, settings.order.format(node.weightOffset, dims),
      vector + 4L * node.weightOffset)
  }

  /** Weights from this node's part of the flat vector, as a tensor in plain layout. */
  def weights(dims: Array[Int], format: Format, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.weights + (node.weightOffset + offset) * 4L)

  def gradients(dims: Array[Int], format: Format, offset: Int = 0, extra: Boolean = false): Blob =
    context.blobAt(dims, format, (if (extra) memory.extraGradients else memory.gradients) +
      (node.weightOffset + offset) * 4L)
}
