package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Elementwise, NativeMemory, Pass, Role, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** x s, s = sigmoid(x). The engine computes the sigmoids, which are kept for the derivatives. */
private[gan] final class SiluOp(site: Site) extends TwiceOp {
  import site.{context, input, output}

  output.setBlob(input.data.blank())

  private val sigmoids = input.data.blank()
  private val parallel = site.settings.parallel
  private val unsafe = NativeMemory.unsafe

  override def forward(pass: Pass, rows: Rows): Unit = {
    val (x, s, y) = (input.data.rows(rows), sigmoids.rows(rows), output.data.rows(rows))
    pass.native(context.elementwise(Elementwise.Sigmoid, x.layout).forward
      .on(Role.Source -> x, Role.Output -> s))
    pass.jvm(EachValue.of(x, parallel) { (first, end) =>
      var at = first
      while (at < end) {
        unsafe.putFloat(y.pointer + at,
          unsafe.getFloat(x.pointer + at) * unsafe.getFloat(s.pointer + at))
        at += 4
      }
    })
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    derivative(pass, rows, output.face(face), site.inputGradient(face = face))

  /** The derivative is a diagonal matrix, so the transposed one does for tangents too. */
  override def tangent(pass: Pass, rows: Rows): Unit =
    derivative(pass, rows, input.face(Face.Tangent), output.face(Face.Tangent))

  /** to = from (s + x s (1 - s)) */
  private def derivative(pass: Pass, rows: Rows, from: Blob, to: Blob): Unit = {
    val (x, s) = (input.data.rows(rows).pointer, sigmoids.rows(rows).pointer)
    val (source, target) = (from.rows(rows).pointer, to.rows(rows).pointer)
    pass.jvm(EachValue.of(input.data.rows(rows), parallel) { (first, end) =>
      var at = first
      while (at < end) {
        val sigmoid = unsafe.getFloat(s + at)
        val slope = sigmoid + unsafe.getFloat(x + at) * sigmoid * (1f - sigmoid)
        unsafe.putFloat(target + at, unsafe.getFloat(source + at) * slope)
        at += 4
      }
    })
  }

  /** The second derivative is s (1 - s) (2 + x (1 - 2 s)). */
  override def curvature(pass: Pass, rows: Rows): Unit = {
    val (x, s) = (input.data.rows(rows).pointer, sigmoids.rows(rows).pointer)
    val (direction, top) = (input.face(Face.Tangent).rows(rows).pointer, output.gradient.rows(rows).pointer)
    val sum = site.inputGradient(face = Face.Adjoint).rows(rows).pointer
    pass.jvm(EachValue.of(input.data.rows(rows), parallel) { (first, end) =>
      var at = first
      while (at < end) {
        val sigmoid = unsafe.getFloat(s + at)
        val second = sigmoid * (1f - sigmoid) *
          (2f + unsafe.getFloat(x + at) * (1f - 2f * sigmoid))
        val added = second * unsafe.getFloat(direction + at) * unsafe.getFloat(top + at)
        unsafe.putFloat(sum + at, unsafe.getFloat(sum + at) + added)
        at += 4
      }
    })
  }
}
