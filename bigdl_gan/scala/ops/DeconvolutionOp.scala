package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Format, Layout, Pass, Role, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}

/**
 * Transposed convolution: its forward pass is a convolution's data gradient, and its own data
 * gradient is that convolution. The kernel has the convolution's plain layout (in, out, kH, kW).
 */
private[gan] final class DeconvolutionOp(site: Site, window: Window, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output}

  private val conv = context.convolution(output.shape, input.shape, window, bias = false)
  private val weights = new WeightLayouts(context, site.kernel)
  private val bias = if (hasBias) {
    Some(new ChannelBias(site, conv.weightDims.product, node.shape(0)))
  } else None
  private lazy val biasSum = new BiasSum(site, conv.weightDims.product, node.shape(0))

  // A blocked layout pads the channels: with three of sixteen, the next layers would read padding.
  private val wanted = conv.data(output.batch).layout(Role.SourceGradient)
  if (node.shape(0) % wanted.format.channelBlock == 0) output.setLayout(wanted)
  else output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Format.NCHW))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    apply(pass, rows, Face.Value)
    bias.foreach(_.add(pass, output.data.rows(rows)))
  }

  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent)

  private def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val operation = conv.data(rows.count)
    val source =
      site.inLayout(pass, input.face(face).rows(rows), operation.layout(Role.OutputGradient))
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    val target = output.face(face).rows(rows)
    site.writeInLayout(pass, target, operation.layout(Role.SourceGradient)) { written =>
      pass.native(operation.on(Role.OutputGradient -> source, Role.Weights -> kernel,
        Role.SourceGradient -> written))
    }
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val operation = conv.weights(rows.count)
    val top = output.face(sweep.top).rows(rows)
    val source = site.inLayout(pass, top, operation.layout(Role.Source))
    val bottom = site.inLayout(pass, input.face(sweep.source).rows(rows),
      operation.layout(Role.OutputGradient))
    val gradient = site.kernelGradient(sweep.extra)
    site.writeInLayout(pass, gradient, operation.layout(Role.WeightsGradient)) { target =>
      pass.native(operation.on(Role.Source -> source, Role.OutputGradient -> bottom,
        Role.WeightsGradient -> target))
    }
    if (sweep.biases) bias.foreach(_.accumulate(pass, top))
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val operation = conv.forward(rows.count)
    val source = site.inLayout(pass, output.face(face).rows(rows), operation.layout(Role.Source))
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    val bottom = site.inputGradient(face = face).rows(rows)
    site.writeInLayout(pass, bottom, operation.layout(Role.Output)) { target =>
      pass.native(operation.on(Role.Source -> source, Role.Weights -> kernel, Role.Output -> target))
    }
  }
}
