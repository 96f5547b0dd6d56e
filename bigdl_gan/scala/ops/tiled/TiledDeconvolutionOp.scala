package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, PixelMajor, Rows, Scratch}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Needs, Site, TwiceOp, WeightSweep}
import com.intel.analytics.bigdl.dllib.gan.ops.{BiasSum, ChannelBias}

/** The transpose of such a convolution: forward is its data gradient, backward the convolution. */
private[gan] final class TiledDeconvolutionOp(site: Site, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output, settings}

  private val tiled = new TiledConvolution(site, output.shape, input.shape)
  private val inputs = tiled.outputPlanes(
    if (settings.training) context.allocate else context.scratch(Scratch.OutputPlanes))
  private val products = tiled.sourcePlanes(context.scratch(Scratch.SourcePlanes))
  private lazy val gradients = tiled.outputPlanes(context.scratch(Scratch.OutputPlanes))
  private val bias = if (hasBias) {
    Some(new ChannelBias(site, tiled.weightDims.product, node.shape(0)))
  } else None
  private lazy val biasSum = new BiasSum(site, tiled.weightDims.product, node.shape(0))

  output.setBlob(PixelMajor.blank(context, output.shape, output.batch, settings.groups))

  override def weightsChanged(): Unit = tiled.weightsChanged()

  override def forward(pass: Pass, rows: Rows): Unit = {
    apply(pass, rows, Face.Value, inputs)
    bias.foreach(_.add(pass, output.data.rows(rows)))
  }

  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent, gradients)

  private def apply(pass: Pass, rows: Rows, face: Face, planes: Planes): Unit = {
    val to = output.face(face).rows(rows)
    val (first, _) = tiled.groupsOf(rows)
    fromInput(pass, rows, face, planes)
    tiled.backwardData(pass, planes, products, rows)
    pass.jvm(() => tiled.tiles.toSource(products, to, first))
  }

  private def fromInput(pass: Pass, rows: Rows, face: Face, planes: Planes): Unit = {
    val from = input.face(face).rows(rows)
    val (first, _) = tiled.groupsOf(rows)
    pass.jvm(() => tiled.tiles.fromOutput(from, planes, first))
  }

  private def fromTop(pass: Pass, rows: Rows, face: Face): Unit = {
    val top = output.face(face).rows(rows)
    val (first, _) = tiled.groupsOf(rows)
    pass.jvm(() => tiled.tiles.fromSource(top, products, first))
  }

  /** Both halves, from the same planes. */
  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    fromTop(pass, rows, Face.Gradient)
    if (needs.weights) weightsFromPlanes(pass, rows, WeightSweep.Ordinary)
    if (needs.data) dataFromPlanes(pass, rows, Face.Gradient)
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    fromTop(pass, rows, sweep.top)
    weightsFromPlanes(pass, rows, sweep)
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    fromTop(pass, rows, face)
    dataFromPlanes(pass, rows, face)
  }

  private def weightsFromPlanes(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val planes = if (sweep.source == Face.Value) inputs else gradients
    if (sweep.source != Face.Value) fromInput(pass, rows, sweep.source, planes)
    tiled.backwardWeights(pass, products, planes, rows, sweep.extra)
    if (sweep.biases) bias.foreach(_.accumulate(pass, output.face(sweep.top).rows(rows)))
  }

  private def dataFromPlanes(pass: Pass, rows: Rows, face: Face): Unit = {
    val bottom = site.inputGradient(face = face).rows(rows)
    val (first, _) = tiled.groupsOf(rows)
    tiled.forward(pass, products, gradients, rows)
    pass.jvm(() => tiled.tiles.toOutput(gradients, bottom, first))
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)
}
