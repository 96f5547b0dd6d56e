package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Elementwise, NativeMemory, Pass, Role, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** An activation function; ReLU and leaky ReLU run in place if nobody needs their input. */
private[gan] final class ElementwiseOp(site: Site, function: Elementwise) extends TwiceOp {
  import site.{context, input, output}

  output.setBlob(if (output.isInPlace) input.data else input.data.blank())

  // All other derivatives are computed from the input, which is then kept.
  override def keepsOutput: Boolean = output.isInPlace || function == Elementwise.Tanh

  override def forward(pass: Pass, rows: Rows): Unit = {
    val source = input.data.rows(rows)
    pass.native(context.elementwise(function, source.layout).forward
      .on(Role.Source -> source, Role.Output -> output.data.rows(rows)))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    derivative(pass, rows, output.face(face), site.inputGradient(face = face))

  /** The derivative is a diagonal matrix, so the transposed one does for tangents too. */
  override def tangent(pass: Pass, rows: Rows): Unit =
    derivative(pass, rows, input.face(Face.Tangent), output.face(Face.Tangent))

  private def derivative(pass: Pass, rows: Rows, from: Blob, to: Blob): Unit = {
    val source = input.data.rows(rows)
    if (function == Elementwise.Tanh) pass.jvm(tanhDerivative(rows, from.rows(rows), to.rows(rows)))
    else {
      pass.native(context.elementwise(function, source.layout).gradient.on(Role.Source -> source,
        Role.OutputGradient -> from.rows(rows), Role.SourceGradient -> to.rows(rows)))
    }
  }

  /** Uses the output, because MKL-DNN's own derivative computes every tanh again, one by one. */
  private def tanhDerivative(rows: Rows, from: Blob, to: Blob): () => Unit = {
    val values = output.data.rows(rows)
    EachValue.of(values, site.settings.parallel) { (first, end) =>
      val unsafe = NativeMemory.unsafe
      var at = first
      while (at < end) {
        val y = unsafe.getFloat(values.pointer + at)
        unsafe.putFloat(to.pointer + at, unsafe.getFloat(from.pointer + at) * (1f - y * y))
        at += 4
      }
    }
  }

  override def curvature(pass: Pass, rows: Rows): Unit = Curvature.of(function).foreach { second =>
    val (values, direction) = (input.data.rows(rows), input.face(Face.Tangent).rows(rows))
    val (top, sum) = (output.gradient.rows(rows), site.inputGradient(face = Face.Adjoint).rows(rows))
    pass.jvm(EachValue.of(values, site.settings.parallel) { (first, end) =>
      val unsafe = NativeMemory.unsafe
      var at = first
      while (at < end) {
        val added = second(unsafe.getFloat(values.pointer + at)) *
          unsafe.getFloat(direction.pointer + at) * unsafe.getFloat(top.pointer + at)
        unsafe.putFloat(sum.pointer + at, unsafe.getFloat(sum.pointer + at) + added)
        at += 4
      }
    })
  }
}
