package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

/** An activation function; ReLU and leaky ReLU run in place if nobody needs their input. */
private[gan] final class ElementwiseOp(site: Site, algorithm: Int, alpha: Float) extends TwiceOp {
  import site.{context, input, output}

  output.setBlob(if (output.isInPlace) input.data else input.data.blank())

  // All other derivatives are computed from the input, which is then kept.
  override def keepsOutput: Boolean = output.isInPlace || algorithm == AlgKind.EltwiseTanh

  private def desc(blob: Blob): Long = context.memoryDesc(blob.dims, blob.format)

  private def forwardDesc(blob: Blob): Long =
    context.primitiveDesc(context.descriptor(MklDnn.EltwiseForwardDescInit(
      PropKind.ForwardTraining, algorithm, desc(blob), alpha, 0f)))

  override def forward(pass: Pass, rows: Rows): Unit = {
    val source = input.data.rows(rows)
    pass.native(context.primitive(forwardDesc(source), Seq(source),
      Seq(output.data.rows(rows))))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    derivative(pass, rows, output.face(face), site.inputGradient(face = face))

  /** The derivative is a diagonal matrix, so the transposed one does for tangents too. */
  override def tangent(pass: Pass, rows: Rows): Unit =
    derivative(pass, rows, input.face(Face.Tangent), output.face(Face.Tangent))

  private def derivative(pass: Pass, rows: Rows, from: Blob, to: Blob): Unit = {
    val source = input.data.rows(rows)
    if (algorithm == AlgKind.EltwiseTanh) pass.jvm(tanhDerivative(rows, from.rows(rows), to.rows(rows)))
    else {
      val pd = context.primitiveDesc(context.descriptor(MklDnn.EltwiseBackwardDescInit(
        algorithm, desc(source), desc(source), alpha, 0f)), forwardDesc(source))
      pass.native(context.primitive(pd, Seq(source, from.rows(rows)), Seq(to.rows(rows))))
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

  override def curvature(pass: Pass, rows: Rows): Unit = if (algorithm != AlgKind.EltwiseRelu) {
    val second = Curvature.of(algorithm, alpha)
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
