package com.intel.analytics.bigdl.dllib.gan.ops

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** The product s x of an image x, (C, H, W), the first input, and a number s for each channel, (C, 1, 1). */
private[gan] final class ChannelScaleOp(site: Site) extends TwiceOp {
  import site.{context, input, inputs, output}

  output.setBlob(input.data.blank())

  private val unsafe = NativeMemory.unsafe
  private val runs = new ChannelRuns(site, input.data)
  private val (scales, channels) = (inputs(1), input.shape(0))
  private val plain = context.layout(Layout.dims(output.batch, scales.shape), Layout.plain(scales.shape))
  private val copies = mutable.Map[Face, Blob]()
  private lazy val spare = context.blobOf(plain)

  private val (sums, products) = (new Array[Double](runs.length), new Array[Double](runs.length))
  private val a, zero = new Array[Float](runs.length)
  private lazy val b = new Array[Float](runs.length)

  /** The scales or their tangents in plain order; a copy, which `refresh` makes, if they have another. */
  private def inOrder(face: Face): Blob = {
    val own = scales.face(face)
    if (own.hasLayout(plain)) own else copies.getOrElseUpdate(face, context.blobOf(plain))
  }

  private def refresh(pass: Pass, rows: Rows, face: Face): Unit = {
    val (from, to) = (scales.face(face), inOrder(face))
    if (to ne from) pass.native(context.reorder(from.rows(rows), to.rows(rows)))
  }

  /** Calls `body(index of a coefficient, offset in bytes of its channel in plain order)`. */
  private def each(rows: Rows)(body: (Int, Long) => Unit): Unit =
    site.settings.parallel.range(rows.count) { i =>
      val sample = rows.first + i
      var channel = 0
      while (channel < channels) {
        body(runs.index(sample, channel), 4L * (sample.toLong * channels + channel))
        channel += 1
      }
    }

  private def read(rows: Rows, face: Face, to: Array[Float]): Unit = {
    val from = inOrder(face).pointer
    each(rows)((i, at) => to(i) = unsafe.getFloat(from + at))
  }

  override def forward(pass: Pass, rows: Rows): Unit = {
    refresh(pass, rows, Face.Value)
    pass.jvm { () =>
      read(rows, Face.Value, a)
      runs.scale(rows, input.data, output.data, a, zero)
    }
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (top, wide, bottom) = (output.face(face), site.inputGradient(0, face), site.inputGradient(1, face))
    val to = if (bottom.hasLayout(plain)) bottom else spare
    pass.jvm { () =>
      read(rows, Face.Value, a)
      runs.scale(rows, top, wide, a, zero)
      runs.sums(rows, top, input.data, sums, products)
      each(rows)((i, at) => unsafe.putFloat(to.pointer + at, products(i).toFloat))
    }
    if (to ne bottom) pass.native(context.reorder(to.rows(rows), bottom.rows(rows)))
  }

  /** s x' + s' x. */
  override def tangent(pass: Pass, rows: Rows): Unit = {
    refresh(pass, rows, Face.Tangent)
    val (from, to) = (input.face(Face.Tangent), output.face(Face.Tangent))
    pass.jvm { () =>
      read(rows, Face.Value, a)
      read(rows, Face.Tangent, b)
      runs.combine(rows, from, input.data, to, a, b, zero)
    }
  }

  /** The derivative of g (s x' + s' x) is g s' by x, and the sum of g x' over its pixels by s. */
  override def curvature(pass: Pass, rows: Rows): Unit = {
    val (top, from) = (output.gradient, input.face(Face.Tangent))
    val (wide, bottom) = (site.inputGradient(0, Face.Adjoint), site.inputGradient(1, Face.Adjoint))
    val to = if (bottom.hasLayout(plain)) bottom else spare
    if (to ne bottom) pass.native(context.reorder(bottom.rows(rows), to.rows(rows)))
    pass.jvm { () =>
      read(rows, Face.Tangent, b)
      runs.add(rows, top, top, top, wide, b, zero, zero, zero)
      runs.sums(rows, top, from, sums, products)
      each(rows)((i, at) => unsafe.putFloat(to.pointer + at,
        (unsafe.getFloat(to.pointer + at) + products(i)).toFloat))
    }
    if (to ne bottom) pass.native(context.reorder(to.rows(rows), bottom.rows(rows)))
  }
}
