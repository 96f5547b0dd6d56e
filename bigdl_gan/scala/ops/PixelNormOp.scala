package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/** Divides each pixel's channels by their root mean square. */
private[gan] final class PixelNormOp(site: Site, epsilon: Double) extends Op {
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

  // s (g - x s^2 mean(g x)), where s is the inverse root mean square and g the output's gradient
  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    pass.jvm { () =>
      val (x, g, unsafe) = (input.data.pointer, output.gradient.pointer, NativeMemory.unsafe)
      val to = site.inputGradient().pointer
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
          unsafe.putFloat(to + at, (value * inverses(first + pixel)).toFloat)
        }
      }
    }
  }
}
