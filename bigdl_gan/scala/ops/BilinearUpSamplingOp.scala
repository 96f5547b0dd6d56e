package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Padding, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, LinearOp, Site}

/**
 * Enlarges by linear interpolation between pixels' centres. Beyond the outermost centres is the
 * outermost pixel: the image gets a border of copies, then a transposed convolution with a triangle
 * along each axis that is cropped where the border began.
 */
private[gan] final class BilinearUpSamplingOp(site: Site, factor: (Int, Int)) extends LinearOp {
  import BilinearUpSamplingOp.{border, crop, triangle}
  import site.{context, input, output}

  private val Array(channels, height, width) = input.shape
  private val (rows, columns) = (triangle(factor._1), triangle(factor._2))
  private val (aboveAndBelow, atBothSides) = (border(factor._1), border(factor._2))
  private val larger = Array(channels, height + 2 * aboveAndBelow, width + 2 * atBothSides)
  private val window = {
    val (top, left) = (crop(factor._1), crop(factor._2))
    Window((rows.length, columns.length), factor, Padding(top, left, top, left))
  }
  private val filter = new FixedFilter(site, output.shape, larger, window, rows, columns)
  private val edges = new EdgeCopies(input.shape, (aboveAndBelow, atBothSides), site.settings.parallel)

  /** The image with its border, or its gradient: for as long as an operation takes. */
  private val bordered = context.blobOf(input.data.layout.resized(output.batch +: larger))

  output.setLayout(filter.largeLayout(output.batch))

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val (from, between) = (input.face(face).rows(rows), bordered.rows(rows))
    pass.jvm(edges.add(from, between))
    filter.enlarge(pass, between, output.face(face).rows(rows))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (between, bottom) = (bordered.rows(rows), site.inputGradient(face = face).rows(rows))
    filter.shrink(pass, output.face(face).rows(rows), between)
    pass.jvm(edges.fold(between, bottom))
  }
}

private[gan] object BilinearUpSamplingOp {
  /** A pixel's share in the outputs from the first to the last that it reaches, along one axis. */
  private def triangle(factor: Int): Array[Float] = {
    val count = if (factor % 2 == 0) 2 * factor else 2 * factor - 1
    Array.tabulate(count)(i => (1 - math.abs(i - (count - 1) / 2.0) / factor).toFloat)
  }

  /** How many pixels beyond the edge the outputs reach. */
  private def border(factor: Int): Int = if (factor == 1) 0 else 1

  /** What the transposed convolution of the bordered image has beyond the output, at either end. */
  private def crop(factor: Int): Int = if (factor == 1) 0 else factor + factor / 2
}
