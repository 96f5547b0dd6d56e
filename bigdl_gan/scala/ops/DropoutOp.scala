package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** Sets a random share of the values to zero and scales the others up, in training only. */
private[gan] final class DropoutOp(site: Site, probability: Float) extends TwiceOp {
  import site.{input, output, settings}

  output.setLayout(input.data.layout)

  private val stride = input.data.stride
  private val mask = new Array[Float](if (settings.training) site.batch * stride else 0)
  private val keep = 1f / (1f - probability)

  private def drawMask(rows: Rows): Unit = settings.parallel.range(rows.count) { i =>
    settings.dropout.fill(site.id, rows.first + i, probability, keep, mask,
      (rows.first + i) * stride, stride)
  }

  private def multiply(from: Blob, to: Blob, first: Int): () => Unit = () =>
    settings.parallel.range(from.dims(0)) { i =>
      val unsafe = NativeMemory.unsafe
      val offset = i * stride
      var j = 0
      while (j < stride) {
        val at = 4L * (offset + j)
        unsafe.putFloat(to.pointer + at,
          unsafe.getFloat(from.pointer + at) * mask((first + i) * stride + j))
        j += 1
      }
    }

  override def forward(pass: Pass, rows: Rows): Unit = {
    val (from, to) = (input.data.rows(rows), output.data.rows(rows))
    if (settings.training) {
      val apply = multiply(from, to, rows.first)
      pass.jvm { () =>
        drawMask(rows)
        apply()
      }
    } else {
      pass.jvm(() => NativeMemory.copy(from.pointer, to.pointer, rows.count.toLong * stride))
    }
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    again(pass, output.face(face).rows(rows), site.inputGradient(face = face).rows(rows), rows)

  override def tangent(pass: Pass, rows: Rows): Unit =
    again(pass, input.face(Face.Tangent).rows(rows), output.face(Face.Tangent).rows(rows), rows)

  /** With the mask of the last forward pass. */
  private def again(pass: Pass, from: Blob, to: Blob, rows: Rows): Unit =
    if (settings.training) pass.jvm(multiply(from, to, rows.first))
    else pass.jvm(() => NativeMemory.copy(from.pointer, to.pointer, rows.count.toLong * stride))
}
