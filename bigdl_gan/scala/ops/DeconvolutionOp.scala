package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Convolver, End, Layout, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn}

/**
 * Transposed convolution: its forward pass is a convolution's data gradient, and its own data
 * gradient is that convolution. The kernel has the convolution's plain layout (in, out, kH, kW).
 */
private[gan] final class DeconvolutionOp(site: Site, window: Window, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output}

  private val conv = new Convolver(context, output.shape, input.shape, window, bias = false)
  private val weights = new WeightLayouts(context, site.kernel)
  private val bias = if (hasBias) {
    Some(new ChannelBias(site, conv.weightDims.product, node.shape(0)))
  } else None
  private lazy val biasSum = new BiasSum(site, conv.weightDims.product, node.shape(0))

  // A blocked layout pads the channels: with three of sixteen, the next layers would read padding.
  private val wanted = context.query(conv.backwardData(output.batch), End.SourceGradient)
  private val format = Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(wanted))
  if (node.shape(0) % Layout.channelBlock(format) == 0) output.setLayout(wanted)
  else output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Memory.Format.nchw))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    apply(pass, rows, Face.Value)
    bias.foreach(_.add(pass, output.data.rows(rows)))
  }

  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent)

  private def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val pd = conv.backwardData(rows.count)
    val source =
      site.inLayout(pass, input.face(face).rows(rows), context.query(pd, End.OutputGradient))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    val target = output.face(face).rows(rows)
    site.writeInLayout(pass, target, context.query(pd, End.SourceGradient)) { written =>
      pass.native(context.primitive(pd, Seq(source, kernel), Seq(written)))
    }
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val pd = conv.backwardWeights(rows.count)
    val top = output.face(sweep.top).rows(rows)
    val source = site.inLayout(pass, top, context.query(pd, End.Source))
    val bottom = site.inLayout(pass, input.face(sweep.source).rows(rows),
      context.query(pd, End.OutputGradient))
    site.writeInLayout(pass, site.kernelGradient(sweep.extra), context.query(pd, End.WeightsGradient)) { target =>
      pass.native(context.primitive(pd, Seq(source, bottom), Seq(target)))
    }
    if (sweep.biases) bias.foreach(_.accumulate(pass, top))
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val pd = conv.forward(rows.count)
    val source = site.inLayout(pass, output.face(face).rows(rows), context.query(pd, End.Source))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    val bottom = site.inputGradient(face = face).rows(rows)
    site.writeInLayout(pass, bottom, context.query(pd, End.Output)) { target =>
      pass.native(context.primitive(pd, Seq(source, kernel), Seq(target)))
    }
  }
}
