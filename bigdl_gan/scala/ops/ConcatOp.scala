package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Edge, Face, LinearOp, Site}

/** Joins its inputs along one axis, not counting the batch: copies runs of neighbouring values. */
private[gan] final class ConcatOp(site: Site, axis: Int) extends LinearOp {
  import site.{context, inputs, node, output, settings}

  output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Layout.plain(node.shape)))

  private val outer = node.shape.take(axis).product
  private val lengths = inputs.map(_.shape.drop(axis).product)
  private val length = lengths.sum
  private lazy val plainInputs = inputs.map(plain)
  private lazy val plainGradients = inputs.map(plain)

  private def plain(edge: Edge): Blob =
    context.blob(Layout.dims(output.batch, edge.shape), Layout.plain(edge.shape))

  private def copy(parts: Array[Blob], whole: Blob, join: Boolean): () => Unit = () =>
    settings.parallel.range(whole.dims(0)) { sample =>
      var to = whole.pointer + 4L * sample * length * outer
      var row = 0
      while (row < outer) {
        parts.indices.foreach { i =>
          val part = parts(i).pointer + 4L * (sample.toLong * outer + row) * lengths(i)
          if (join) NativeMemory.copy(part, to, lengths(i)) else NativeMemory.copy(to, part, lengths(i))
          to += 4L * lengths(i)
        }
        row += 1
      }
    }

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    inputs.indices.foreach(i => pass.native(
      context.reorder(inputs(i).face(face).rows(rows), plainInputs(i).rows(rows))))
    pass.jvm(copy(plainInputs.map(_.rows(rows)), output.face(face).rows(rows), join = true))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    pass.jvm(copy(plainGradients.map(_.rows(rows)), output.face(face).rows(rows), join = false))
    inputs.indices.foreach(i => pass.native(
      context.reorder(plainGradients(i).rows(rows), site.inputGradient(i, face).rows(rows))))
  }
}
