package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.Window
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, Padding, Pass, Pooler, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

/**
 * Repeats rows and columns: forward is average pooling's gradient, backward is average pooling,
 * both scaled by the window's area.
 */
private[gan] final class UpSamplingOp(site: Site, factor: (Int, Int)) extends Op {
  import site.{context, input, output}

  private val window = Window(factor, factor, Padding(0, 0, 0, 0))
  private val pooler = new Pooler(context, AlgKind.PoolingAvgIncludePadding, window, input.shape)
  private val area = (factor._1 * factor._2).toFloat

  output.setBlob(context.blob(Layout.dims(output.batch, output.shape), input.data.format))

  private def scale(blob: Blob): Long = {
    val desc = context.descriptor(MklDnn.EltwiseForwardDescInit(PropKind.ForwardTraining,
      AlgKind.EltwiseLinear, context.memoryDesc(blob.dims, blob.format), area, 0f))
    context.primitive(context.primitiveDesc(desc), Seq(blob), Seq(blob))
  }

  override def forward(pass: Pass, rows: Rows): Unit = {
    val target = output.data.rows(rows)
    pass.native(context.primitive(pooler.backward(target), Seq(input.data.rows(rows)),
      Seq(target)))
    pass.native(scale(target))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    val bottom = site.inputGradient().rows(rows)
    pass.native(context.primitive(pooler.forward(output.gradient.rows(rows)),
      Seq(output.gradient.rows(rows)), Seq(bottom)))
    pass.native(scale(bottom))
  }
}
