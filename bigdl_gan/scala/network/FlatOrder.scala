package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Format, Layout}

/**
 * The order of kernels' values in the flat vectors of a training: its weights, gradients, moments
 * and averages. The driver, models and files have the plain order, (O, I, H, W) row by row.
 *
 * In blocks of channels, it is the order in which the engine's convolutions read kernels and write
 * their gradients, which then need no copies. An operation that wants another order makes a copy.
 * Replicas exchange parts of flat vectors, so all replicas of a training have the same order, on
 * whatever machines. Values that belong to no kernel are in the plain order; so is a kernel whose
 * channels do not fill blocks, and one that does not begin at a multiple of a block, because a
 * primitive's vector instructions may want that.
 *
 * @param block channels in a block; 1 for the plain order
 */
private[gan] final case class FlatOrder(block: Int) {
  private def isBlocked(offset: Int, dims: Array[Int]): Boolean =
    block > 1 && Seq(offset, dims(0), dims(1)).forall(_ % block == 0)

  /** The layout of a kernel (O, I, H, W) that begins at an offset in a flat vector. */
  def format(offset: Int, dims: Array[Int]): Format =
    Layout.kernel(if (isBlocked(offset, dims)) block else 1)

  /** A flat vector in this order, from one in plain order. */
  def fromPlain(spec: NetworkSpec, plain: Array[Float]): Array[Float] =
    reordered(spec, plain, toPlain = false)

  /** A flat vector in plain order, from one in this order. */
  def toPlain(spec: NetworkSpec, flat: Array[Float]): Array[Float] =
    reordered(spec, flat, toPlain = true)

  private def reordered(spec: NetworkSpec, values: Array[Float], toPlain: Boolean): Array[Float] = {
    val kernels = spec.kernels.filter { case (offset, dims) => isBlocked(offset, dims) }
    if (kernels.isEmpty) values else {
      val result = values.clone()
      kernels.foreach { case (offset, dims) => reorder(values, result, offset, dims, toPlain) }
      result
    }
  }

  /** Copies one kernel, which begins at `offset`, from (O, I, H, W) to (O / b, I / b, H, W, b, b) or back. */
  private def reorder(from: Array[Float], to: Array[Float], offset: Int, dims: Array[Int],
    toPlain: Boolean): Unit = {
    val Array(outputs, inputs, height, width) = dims
    val area = height * width
    var row = 0 // an output's channel and an input's
    while (row < outputs * inputs) {
      val (o, i) = (row / inputs, row % inputs)
      var plain = offset + row * area
      var blocked = offset + o % block +
        block * (i % block + block * area * (o / block * (inputs / block) + i / block))
      val end = plain + area
      while (plain < end) {
        if (toPlain) to(plain) = from(blocked) else to(blocked) = from(plain)
        plain += 1
        blocked += block * block
      }
      row += 1
    }
  }
}

private[gan] object FlatOrder {
  val Plain: FlatOrder = FlatOrder(1)

  /** The order for executors whose convolutions want these blocks: theirs if they agree. */
  def of(blocks: Seq[Int]): FlatOrder =
    if (blocks.distinct.length == 1) FlatOrder(blocks.head) else Plain
}
