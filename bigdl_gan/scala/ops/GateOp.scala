package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Role, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** A function of each value of the kind that `Gate` describes. */
private[gan] final class GateOp(site: Site, gate: Gate) extends TwiceOp {
  import site.{context, input, output}

  output.setBlob(input.data.blank())

  private val kept = input.data.blank() // what the engine computes
  private val parallel = site.settings.parallel
  private val unsafe = NativeMemory.unsafe

  override def forward(pass: Pass, rows: Rows): Unit = {
    val (x, k, y) = (input.data.rows(rows), kept.rows(rows), output.data.rows(rows))
    if (!gate.ofInput) pass.jvm(EachValue.of(x, parallel) { (first, end) =>
      var at = first
      while (at < end) {
        unsafe.putFloat(k.pointer + at, gate.argument(unsafe.getFloat(x.pointer + at)))
        at += 4
      }
    })
    pass.native(context.elementwise(gate.function, x.layout).forward
      .on(Role.Source -> (if (gate.ofInput) x else k), Role.Output -> k))
    pass.jvm(EachValue.of(x, parallel) { (first, end) =>
      var at = first
      while (at < end) {
        unsafe.putFloat(y.pointer + at,
          gate.value(unsafe.getFloat(x.pointer + at), unsafe.getFloat(k.pointer + at)))
        at += 4
      }
    })
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    derivative(pass, rows, output.face(face), site.inputGradient(face = face))

  /** The derivative is a diagonal matrix, so the transposed one does for tangents too. */
  override def tangent(pass: Pass, rows: Rows): Unit =
    derivative(pass, rows, input.face(Face.Tangent), output.face(Face.Tangent))

  private def derivative(pass: Pass, rows: Rows, from: Blob, to: Blob): Unit = {
    val (x, k) = (input.data.rows(rows).pointer, kept.rows(rows).pointer)
    val (source, target) = (from.rows(rows).pointer, to.rows(rows).pointer)
    pass.jvm(EachValue.of(input.data.rows(rows), parallel) { (first, end) =>
      var at = first
      while (at < end) {
        val slope = gate.slope(unsafe.getFloat(x + at), unsafe.getFloat(k + at))
        unsafe.putFloat(target + at, unsafe.getFloat(source + at) * slope)
        at += 4
      }
    })
  }

  override def curvature(pass: Pass, rows: Rows): Unit = {
    val (x, k) = (input.data.rows(rows).pointer, kept.rows(rows).pointer)
    val (direction, top) = (input.face(Face.Tangent).rows(rows).pointer, output.gradient.rows(rows).pointer)
    val sum = site.inputGradient(face = Face.Adjoint).rows(rows).pointer
    pass.jvm(EachValue.of(input.data.rows(rows), parallel) { (first, end) =>
      var at = first
      while (at < end) {
        val added = gate.bend(unsafe.getFloat(x + at), unsafe.getFloat(k + at)) *
          unsafe.getFloat(direction + at) * unsafe.getFloat(top + at)
        unsafe.putFloat(sum + at, unsafe.getFloat(sum + at) + added)
        at += 4
      }
    })
  }
}
