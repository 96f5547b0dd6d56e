package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Format, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** The inner product of each sample's two vectors a and b, (F), which are plain: (1). */
private[gan] final class DotOp(site: Site) extends TwiceOp {
  import site.{context, inputs, output}

  output.setBlob(context.blob(Array(output.batch, 1), Format.NC))

  private val unsafe = NativeMemory.unsafe
  private val length = site.input.shape(0)

  private def each(pass: Pass, rows: Rows)(body: Int => Unit): Unit =
    pass.jvm(() => site.settings.parallel.range(rows.count)(i => body(rows.first + i)))

  private def of(blob: Blob, sample: Int): Long = blob.pointer + 4L * sample * length

  private def product(a: Long, b: Long): Double = {
    var (sum, at) = (0.0, 0L)
    while (at < 4L * length) {
      sum += unsafe.getFloat(a + at).toDouble * unsafe.getFloat(b + at)
      at += 4
    }
    sum
  }

  /** to = factor a, or to += factor a. */
  private def scale(factor: Float, a: Long, to: Long, add: Boolean): Unit = {
    var at = 0L
    while (at < 4L * length) {
      val old = if (add) unsafe.getFloat(to + at) else 0f
      unsafe.putFloat(to + at, old + factor * unsafe.getFloat(a + at))
      at += 4
    }
  }

  override def forward(pass: Pass, rows: Rows): Unit = {
    val (a, b, to) = (inputs(0).data, inputs(1).data, output.data.pointer)
    each(pass, rows)(n => unsafe.putFloat(to + 4L * n, product(of(a, n), of(b, n)).toFloat))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = inputs.indices.foreach { i =>
    val (top, other, to) = (output.face(face).pointer, inputs(1 - i).data, site.inputGradient(i, face))
    each(pass, rows)(n => scale(unsafe.getFloat(top + 4L * n), of(other, n), of(to, n), add = false))
  }

  /** a' b + a b'. */
  override def tangent(pass: Pass, rows: Rows): Unit = {
    val Array(a, b) = inputs.map(_.data)
    val Array(da, db) = inputs.map(_.face(Face.Tangent))
    val to = output.face(Face.Tangent).pointer
    each(pass, rows)(n => unsafe.putFloat(to + 4L * n,
      (product(of(da, n), of(b, n)) + product(of(a, n), of(db, n))).toFloat))
  }

  /** The derivative of g (a' b + a b') by each is g times the other's tangent. */
  override def curvature(pass: Pass, rows: Rows): Unit = inputs.indices.foreach { i =>
    val (top, other) = (output.gradient.pointer, inputs(1 - i).face(Face.Tangent))
    val to = site.inputGradient(i, Face.Adjoint)
    each(pass, rows)(n => scale(unsafe.getFloat(top + 4L * n), of(other, n), of(to, n), add = true))
  }
}
