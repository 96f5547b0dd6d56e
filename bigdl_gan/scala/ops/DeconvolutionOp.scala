package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Convolver, End, Layout, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn}

/**
 * Transposed convolution: its forward pass is a convolution's data gradient, and its own data
 * gradient is that convolution. The kernel has the convolution's plain layout (in, out, kH, kW).
 */
private[gan] final class DeconvolutionOp(site: Site, window: Window, hasBias: Boolean) extends Op {
  import site.{context, input, node, output}

  private val conv = new Convolver(context, output.shape, input.shape, window, bias = false)
  private val weights =
    new WeightLayouts(context, site.weights(conv.weightDims, Memory.Format.oihw))
  private val weightGradient = site.gradients(conv.weightDims, Memory.Format.oihw)
  private val bias = if (hasBias) {
    Some(new ChannelBias(site, conv.weightDims.product, node.shape(0)))
  } else None

  // A blocked layout pads the channels: with three of sixteen, the next layers would read padding.
  private val wanted = context.query(conv.backwardData(output.batch), End.SourceGradient)
  private val format = Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(wanted))
  if (node.shape(0) % Layout.channelBlock(format) == 0) output.setLayout(wanted)
  else output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Memory.Format.nchw))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val pd = conv.backwardData(rows.count)
    val source = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.OutputGradient))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    val target = output.data.rows(rows)
    site.writeInLayout(pass, target, context.query(pd, End.SourceGradient)) { written =>
      pass.native(context.primitive(pd, Seq(source, kernel), Seq(written)))
    }
    bias.foreach(_.add(pass, target))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val gradient = output.gradient.rows(rows)
    if (needs.weights) {
      val pd = conv.backwardWeights(rows.count)
      val source = site.inLayout(pass, gradient, context.query(pd, End.Source))
      val top = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.OutputGradient))
      site.writeInLayout(pass, weightGradient, context.query(pd, End.WeightsGradient)) { target =>
        pass.native(context.primitive(pd, Seq(source, top), Seq(target)))
      }
      bias.foreach(_.accumulate(pass, gradient))
    }
    if (needs.data) {
      val pd = conv.forward(rows.count)
      val source = site.inLayout(pass, gradient, context.query(pd, End.Source))
      val kernel = weights.inLayout(context.query(pd, End.Weights))
      val bottom = site.inputGradient().rows(rows)
      site.writeInLayout(pass, bottom, context.query(pd, End.Output)) { target =>
        pass.native(context.primitive(pd, Seq(source, kernel), Seq(target)))
      }
    }
  }
}
