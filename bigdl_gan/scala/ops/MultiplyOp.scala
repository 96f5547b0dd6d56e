package com.intel.analytics.bigdl.dllib.gan.ops

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** The product a b of two tensors of one shape, value by value. */
private[gan] final class MultiplyOp(site: Site) extends TwiceOp {
  import site.{context, inputs, output}

  output.setLayout(inputs(0).data.layout)

  private val layout = output.data.layout
  private val copies = mutable.Map[(Int, Face), Blob]()
  private lazy val spare = context.blobOf(layout)

  /** An input's values or tangents in the output's layout; a copy, which `refresh` makes, if they have another. */
  private def alike(position: Int, face: Face): Blob = {
    val own = inputs(position).face(face)
    if (own.hasLayout(layout)) own
    else copies.getOrElseUpdate((position, face), context.blobOf(layout))
  }

  private def refresh(pass: Pass, rows: Rows, face: Face): Unit = inputs.indices.foreach { i =>
    val (from, to) = (inputs(i).face(face), alike(i, face))
    if (to ne from) pass.native(context.reorder(from.rows(rows), to.rows(rows)))
  }

  /** to = a b, or to += a b. */
  private def multiply(pass: Pass, rows: Rows, a: Blob, b: Blob, to: Blob, add: Boolean = false): Unit = {
    val (x, y, target) = (a.rows(rows).pointer, b.rows(rows).pointer, to.rows(rows).pointer)
    pass.jvm(EachValue.of(to.rows(rows), site.settings.parallel) { (first, end) =>
      val unsafe = NativeMemory.unsafe
      var at = first
      while (at < end) {
        val old = if (add) unsafe.getFloat(target + at) else 0f
        unsafe.putFloat(target + at, old + unsafe.getFloat(x + at) * unsafe.getFloat(y + at))
        at += 4
      }
    })
  }

  override def forward(pass: Pass, rows: Rows): Unit = {
    refresh(pass, rows, Face.Value)
    multiply(pass, rows, alike(0, Face.Value), alike(1, Face.Value), output.data)
  }

  /** The gradient by each is the output's times the other. */
  override def data(pass: Pass, rows: Rows, face: Face): Unit = inputs.indices.foreach { i =>
    val bottom = site.inputGradient(i, face)
    val to = if (bottom.hasLayout(layout)) bottom else spare
    multiply(pass, rows, output.face(face), alike(1 - i, Face.Value), to)
    if (to ne bottom) pass.native(context.reorder(to.rows(rows), bottom.rows(rows)))
  }

  /** a' b + a b'. */
  override def tangent(pass: Pass, rows: Rows): Unit = {
    refresh(pass, rows, Face.Tangent)
    val to = output.face(Face.Tangent)
    multiply(pass, rows, alike(0, Face.Tangent), alike(1, Face.Value), to)
    multiply(pass, rows, alike(0, Face.Value), alike(1, Face.Tangent), to, add = true)
  }

  /** The derivative of g (a' b + a b') by each is g times the other's tangent. */
  override def curvature(pass: Pass, rows: Rows): Unit = inputs.indices.foreach { i =>
    val adjoint = site.inputGradient(i, Face.Adjoint)
    val to = if (adjoint.hasLayout(layout)) adjoint else spare
    if (to ne adjoint) pass.native(context.reorder(adjoint.rows(rows), to.rows(rows)))
    multiply(pass, rows, output.gradient, alike(1 - i, Face.Tangent), to, add = true)
    if (to ne adjoint) pass.native(context.reorder(to.rows(rows), adjoint.rows(rows)))
  }
}
