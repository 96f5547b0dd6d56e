package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.Window
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, Padding, Pass, Pooler, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, LinearOp, Site}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

/**
 * Repeats rows and columns: forward is average pooling's gradient, backward is average pooling,
 * both scaled by the window's area.
 */
private[gan] final class UpSamplingOp(site: Site, factor: (Int, Int)) extends LinearOp {
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

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val target = output.face(face).rows(rows)
    pass.native(context.primitive(pooler.backward(target), Seq(input.face(face).rows(rows)),
      Seq(target)))
    pass.native(scale(target))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val (top, bottom) = (output.face(face).rows(rows), site.inputGradient(face = face).rows(rows))
    pass.native(context.primitive(pooler.forward(top), Seq(top), Seq(bottom)))
    pass.native(scale(bottom))
  }
}
