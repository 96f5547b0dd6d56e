package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, NativeMemory, Operation}
import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Role, Weighted, Window}
import com.intel.analytics.bigdl.dllib.gan.network.Site

/**
 * A convolution of each channel by itself with one filter that is not learned, and its transpose.
 *
 * @param large (C, H, W) that the convolution reads, and `small` that it writes
 * @param rows  the filter is this column times the row `columns`
 */
private[gan] final class FixedFilter(site: Site, large: Array[Int], small: Array[Int], window: Window,
  rows: Array[Float], columns: Array[Float]) {
  private val context: DnnContext = site.context
  private val conv = context.convolution(large, small, window, bias = false, groups = large(0))
  private val kernel = new WeightLayouts(context, filled())

  private def filled(): Blob = {
    val blob = context.blob(conv.weightDims, Weighted.plain(conv.weightDims))
    val filter = rows.flatMap(row => columns.map(row * _))
    val values = Array.fill(large(0))(filter).flatten
    NativeMemory.write(values, 0, blob.pointer, values.length)
    blob
  }

  def smallLayout(samples: Int): Layout = conv.forward(samples).layout(Role.Output)
  def largeLayout(samples: Int): Layout = conv.data(samples).layout(Role.SourceGradient)

  /** Records the convolution. */
  def shrink(pass: Pass, from: Blob, to: Blob): Unit =
    apply(pass, conv.forward(from.dims(0)), Role.Source -> from, Role.Output -> to)

  /** Records its transpose. */
  def enlarge(pass: Pass, from: Blob, to: Blob): Unit =
    apply(pass, conv.data(from.dims(0)), Role.OutputGradient -> from, Role.SourceGradient -> to)

  private def apply(pass: Pass, operation: Operation, from: (Role, Blob), to: (Role, Blob)): Unit = {
    val source = site.inLayout(pass, from._2, operation.layout(from._1))
    val weights = kernel.inLayout(operation.layout(Role.Weights))
    site.writeInLayout(pass, to._2, operation.layout(to._1)) { target =>
      pass.native(operation.on(from._1 -> source, Role.Weights -> weights, to._1 -> target))
    }
  }
}
