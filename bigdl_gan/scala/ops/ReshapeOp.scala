package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/** Gives the same values, in their plain order, another shape. */
private[gan] final class ReshapeOp(site: Site) extends Op {
  import site.{context, input, output}

  private val dims = Layout.dims(output.batch, site.node.shape)
  private val format = Layout.plain(site.node.shape)
  private val plainInput = Layout.plain(input.shape)

  output.setBlob(context.blob(dims, format))

  private def asInput(blob: Blob, rows: Rows): Blob = context.blobAt(
    Layout.dims(rows.count, input.shape), plainInput, blob.rows(rows).pointer)

  override def forward(pass: Pass, rows: Rows): Unit =
    pass.native(context.reorder(input.data.rows(rows), asInput(output.data, rows)))

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    pass.native(context.reorder(asInput(output.gradient, rows),
      site.inputGradient().rows(rows)))
  }
}
