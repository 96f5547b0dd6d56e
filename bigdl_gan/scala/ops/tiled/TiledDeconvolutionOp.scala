package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, PixelMajor, Rows, Scratch}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ChannelBias

/** The transpose of such a convolution: forward is its data gradient, backward the convolution. */
private[gan] final class TiledDeconvolutionOp(site: Site, hasBias: Boolean) extends Op {
  import site.{context, input, node, output, settings}

  private val tiled = new TiledConvolution(site, output.shape, input.shape)
  private val inputs = tiled.outputPlanes(
    if (settings.training) context.allocate else context.scratch(Scratch.OutputPlanes))
  private val products = tiled.sourcePlanes(context.scratch(Scratch.SourcePlanes))
  private lazy val gradients = tiled.outputPlanes(context.scratch(Scratch.OutputPlanes))
  private val bias = if (hasBias) {
    Some(new ChannelBias(site, tiled.weightDims.product, node.shape(0)))
  } else None

  output.setBlob(PixelMajor.blank(context, output.shape, output.batch, settings.groups))

  override def weightsChanged(): Unit = tiled.weightsChanged()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val (from, to) = (input.data.rows(rows), output.data.rows(rows))
    val (first, _) = tiled.groupsOf(rows)
    pass.jvm(() => tiled.tiles.fromOutput(from, inputs, first))
    tiled.backwardData(pass, inputs, products, rows)
    pass.jvm(() => tiled.tiles.toSource(products, to, first))
    bias.foreach(_.add(pass, to))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val top = output.gradient.rows(rows)
    val (first, _) = tiled.groupsOf(rows)
    pass.jvm(() => tiled.tiles.fromSource(top, products, first))
    if (needs.weights) {
      tiled.backwardWeights(pass, products, inputs, rows)
      bias.foreach(_.accumulate(pass, top))
    }
    if (needs.data) {
      val bottom = site.inputGradient().rows(rows)
      tiled.forward(pass, products, gradients, rows)
      pass.jvm(() => tiled.tiles.toOutput(gradients, bottom, first))
    }
  }
}
