package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Differentiable, Elementwise, Padding, Pass}
import com.intel.analytics.bigdl.dllib.gan.native.{Pool, Primitive, Role, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, LinearOp, Site}

/**
 * Repeats rows and columns: forward is average pooling's gradient, backward is average pooling,
 * both scaled by the window's area.
 */
private[gan] final class UpSamplingOp(site: Site, factor: (Int, Int)) extends LinearOp {
  import site.{context, input, output}

  private val window = Window(factor, factor, Padding(0, 0, 0, 0))
  private val area = (factor._1 * factor._2).toFloat

  output.setLayout(input.data.layout.resized(output.batch +: output.shape))

  private def pooling(large: Blob): Differentiable =
    context.pooling(Pool.MeanWithPadding, window, large.layout, input.shape)

  private def scale(blob: Blob): Primitive =
    context.elementwise(Elementwise.Times(area), blob.layout).forward
      .on(Role.Source -> blob, Role.Output -> blob)

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val target = output.face(face).rows(rows)
    pass.native(pooling(target).gradient.on(Role.OutputGradient -> input.face(face).rows(rows),
      Role.SourceGradient -> target))
    pass.native(scale(target))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (top, bottom) = (output.face(face).rows(rows), site.inputGradient(face = face).rows(rows))
    pass.native(pooling(top).forward.on(Role.Source -> top, Role.Output -> bottom))
    pass.native(scale(bottom))
  }
}
