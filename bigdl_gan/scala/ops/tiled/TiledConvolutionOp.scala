package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, PixelMajor, Rows, Scratch}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ChannelBias

/** A 4x4 convolution of stride 2 on pixel-major tensors. */
private[gan] final class TiledConvolutionOp(site: Site, hasBias: Boolean) extends Op {
  import site.{context, input, node, output, settings}

  private val tiled = new TiledConvolution(site, input.shape, output.shape)
  private val sources = tiled.sourcePlanes(
    if (settings.training) context.allocate else context.scratch(Scratch.SourcePlanes))
  private val products = tiled.outputPlanes(context.scratch(Scratch.OutputPlanes))
  private lazy val gradients = tiled.sourcePlanes(context.scratch(Scratch.SourcePlanes))
  private val bias = if (hasBias) {
    Some(new ChannelBias(site, tiled.weightDims.product, node.shape(0)))
  } else None

  output.setBlob(PixelMajor.blank(context, output.shape, output.batch, settings.groups))

  override def weightsChanged(): Unit = tiled.weightsChanged()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val (from, to) = (input.data.rows(rows), output.data.rows(rows))
    val (first, _) = tiled.groupsOf(rows)
    pass.jvm(() => tiled.tiles.fromSource(from, sources, first))
    tiled.forward(pass, sources, products, rows)
    pass.jvm(() => tiled.tiles.toOutput(products, to, first))
    bias.foreach(_.add(pass, to))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val top = output.gradient.rows(rows)
    val (first, _) = tiled.groupsOf(rows)
    pass.jvm(() => tiled.tiles.fromOutput(top, products, first))
    if (needs.weights) {
      tiled.backwardWeights(pass, sources, products, rows)
      bias.foreach(_.accumulate(pass, top))
    }
    if (needs.data) {
      val bottom = site.inputGradient().rows(rows)
      tiled.backwardData(pass, products, gradients, rows)
      pass.jvm(() => tiled.tiles.toSource(gradients, bottom, first))
    }
  }
}
