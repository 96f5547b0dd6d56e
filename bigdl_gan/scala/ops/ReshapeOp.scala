package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, LinearOp, Site}

/** Gives the same values, in their plain order, another shape. */
private[gan] final class ReshapeOp(site: Site) extends LinearOp {
  import site.{context, input, output}

  private val dims = Layout.dims(output.batch, site.node.shape)
  private val format = Layout.plain(site.node.shape)
  private val plainInput = Layout.plain(input.shape)

  output.setBlob(context.blob(dims, format))

  private def asInput(blob: Blob, rows: Rows): Blob = context.blobAt(
    Layout.dims(rows.count, input.shape), plainInput, blob.rows(rows).pointer)

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit =
    pass.native(context.reorder(input.face(face).rows(rows), asInput(output.face(face), rows)))

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    pass.native(context.reorder(asInput(output.face(face), rows),
      site.inputGradient(face = face).rows(rows)))
}
