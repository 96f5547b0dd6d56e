package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Padding, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, LinearOp, Site}

/**
 * Twice the height and width, or half: with zeros beyond the border, and along each axis,
 * {{{
 *   up    y[2 i] = (x[i - 1] + 3 x[i]) / 4 and y[2 i + 1] = (3 x[i] + x[i + 1]) / 4
 *   down  y[i] = (x[2 i - 1] + 3 x[2 i] + 3 x[2 i + 1] + x[2 i + 2]) / 8
 * }}}
 * So each is the other's transpose, times a number.
 */
private[gan] final class FilteredSamplingOp(site: Site, up: Boolean) extends LinearOp {
  import site.{input, output}

  private val taps = Array(1f, 3f, 3f, 1f).map(_ / (if (up) 4 else 8))
  private val window = Window((4, 4), (2, 2), Padding(1, 1, 1, 1))
  private val filter =
    if (up) new FixedFilter(site, output.shape, input.shape, window, taps, taps)
    else new FixedFilter(site, input.shape, output.shape, window, taps, taps)

  output.setLayout(if (up) filter.largeLayout(output.batch) else filter.smallLayout(output.batch))

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val (from, to) = (input.face(face).rows(rows), output.face(face).rows(rows))
    if (up) filter.enlarge(pass, from, to) else filter.shrink(pass, from, to)
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (top, bottom) = (output.face(face).rows(rows), site.inputGradient(face = face).rows(rows))
    if (up) filter.shrink(pass, top, bottom) else filter.enlarge(pass, top, bottom)
  }
}
