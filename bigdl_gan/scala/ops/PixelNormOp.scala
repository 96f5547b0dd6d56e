package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/**
 * Divides each pixel's channels by their root mean square.
 *
 * Below, s is its inverse, and J v = s (v - x s^2 mean(x v)) the output's derivative along v, a
 * symmetric matrix times v.
 */
private[gan] final class PixelNormOp(site: Site, epsilon: Double) extends TwiceOp {
  import site.{input, output}

  output.setBlob(input.data.blank())

  private val runs = new ChannelRuns(site, input.data)
  private val channels = site.node.shape(0)
  private val inverses = new Array[Double](site.batch * runs.pixels) // of the root mean squares

  override def forward(pass: Pass, rows: Rows): Unit = pass.jvm { () =>
    val (from, to, unsafe) = (input.data.pointer, output.data.pointer, NativeMemory.unsafe)
    each(rows) { (sample, first) =>
      val squares = new Array[Double](runs.pixels)
      runs.eachValue(sample) { (at, pixel) =>
        val x = unsafe.getFloat(from + at).toDouble
        squares(pixel) += x * x
      }
      var pixel = 0
      while (pixel < runs.pixels) {
        inverses(first + pixel) = 1 / math.sqrt(squares(pixel) / channels + epsilon)
        pixel += 1
      }
      runs.eachValue(sample) { (at, pixel) =>
        unsafe.putFloat(to + at, (unsafe.getFloat(from + at) * inverses(first + pixel)).toFloat)
      }
    }
  }

  /** Calls `body(sample, its first pixel's index)`. */
  private def each(rows: Rows)(body: (Int, Int) => Unit): Unit =
    site.settings.parallel.range(rows.count) { i =>
      body(rows.first + i, (rows.first + i) * runs.pixels)
    }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    differentiate(pass, rows, output.face(face), site.inputGradient(face = face))

  override def tangent(pass: Pass, rows: Rows): Unit =
    differentiate(pass, rows, input.face(Face.Tangent), output.face(Face.Tangent))

  /** to = J v. */
  private def differentiate(pass: Pass, rows: Rows, v: Blob, to: Blob): Unit = pass.jvm { () =>
    val (x, g, target, unsafe) =
      (input.data.pointer, v.pointer, to.pointer, NativeMemory.unsafe)
    each(rows) { (sample, first) =>
      val means = new Array[Double](runs.pixels)
      runs.eachValue(sample) { (at, pixel) =>
        means(pixel) += unsafe.getFloat(x + at).toDouble * unsafe.getFloat(g + at)
      }
      var pixel = 0
      while (pixel < runs.pixels) {
        val inverse = inverses(first + pixel)
        means(pixel) *= inverse * inverse / channels
        pixel += 1
      }
      runs.eachValue(sample) { (at, pixel) =>
        val value = unsafe.getFloat(g + at) - unsafe.getFloat(x + at) * means(pixel)
        unsafe.putFloat(target + at, (value * inverses(first + pixel)).toFloat)
      }
    }
  }

  /**
   * Adds the derivative of g J t by x, with g the output's gradient and t the input's tangent:
   * {{{
   *   -s^3 (x (mean(g t) - 3 s^2 mean(x t) mean(x g)) + t mean(x g) + g mean(x t))
   * }}}
   */
  override def curvature(pass: Pass, rows: Rows): Unit = {
    val (values, tangents, top) = (input.data, input.face(Face.Tangent), output.gradient)
    val adjoint = site.inputGradient(face = Face.Adjoint)
    pass.jvm { () =>
      val (x, t, g, to) = (values.pointer, tangents.pointer, top.pointer, adjoint.pointer)
      each(rows)((sample, first) => bend(sample, first, x, t, g, to))
    }
  }

  private def bend(sample: Int, first: Int, x: Long, t: Long, g: Long, to: Long): Unit = {
    val unsafe = NativeMemory.unsafe
    // of each pixel: the factors of t, g and x, without -s^3
    val ofT, ofG, ofX = new Array[Double](runs.pixels)
    runs.eachValue(sample) { (at, pixel) =>
      val value = unsafe.getFloat(x + at).toDouble
      val tangent = unsafe.getFloat(t + at).toDouble
      val gradient = unsafe.getFloat(g + at).toDouble
      ofT(pixel) += value * gradient
      ofG(pixel) += value * tangent
      ofX(pixel) += gradient * tangent
    }
    var pixel = 0
    while (pixel < runs.pixels) {
      val inverse = inverses(first + pixel)
      ofT(pixel) /= channels
      ofG(pixel) /= channels
      ofX(pixel) = ofX(pixel) / channels - 3 * inverse * inverse * ofT(pixel) * ofG(pixel)
      pixel += 1
    }
    runs.eachValue(sample) { (at, pixel) =>
      val inverse = inverses(first + pixel)
      val sum = unsafe.getFloat(x + at) * ofX(pixel) + unsafe.getFloat(t + at) * ofT(pixel) +
        unsafe.getFloat(g + at) * ofG(pixel)
      val added = -inverse * inverse * inverse * sum
      unsafe.putFloat(to + at, (unsafe.getFloat(to + at) + added).toFloat)
    }
  }
}
