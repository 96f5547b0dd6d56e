package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Format, Pass, Role, Rows, Weighted, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}

/** @param groups of channels, whose kernels are in plain order in the flat vectors if there are several */
private[gan] final class ConvolutionOp(site: Site, window: Window, hasBias: Boolean, groups: Int = 1)
  extends TwiceOp {
  import site.{context, input, node, output}

  private val conv = convolution(hasBias)
  private lazy val linear = if (hasBias) convolution(bias = false) else conv
  private val kernelCount = conv.weightDims.product
  private val weights = new WeightLayouts(context,
    if (groups == 1) site.kernel else site.weights(conv.weightDims, Format.GOIHW))
  private val biasDims = Array(node.shape(0))
  private lazy val bias = Role.Bias -> site.weights(biasDims, Format.X, kernelCount)
  private lazy val biasGradient = Role.BiasGradient -> site.gradients(biasDims, Format.X, kernelCount)
  private lazy val biasSum = new BiasSum(site, kernelCount, node.shape(0))

  output.setLayout(conv.forward(output.batch).layout(Role.Output))

  private def convolution(bias: Boolean): Weighted =
    context.convolution(input.shape, output.shape, window, bias, groups = groups)

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit =
    apply(pass, rows, Face.Value, conv, if (hasBias) Seq(bias) else Nil)

  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent, linear, Nil)

  private def apply(pass: Pass, rows: Rows, face: Face, by: Weighted, bias: Seq[(Role, Blob)]): Unit = {
    val operation = by.forward(rows.count)
    val source = site.inLayout(pass, input.face(face).rows(rows), operation.layout(Role.Source))
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    site.writeInLayout(pass, output.face(face).rows(rows), operation.layout(Role.Output)) { target =>
      pass.native(operation.on(
        Seq(Role.Source -> source, Role.Weights -> kernel, Role.Output -> target) ++ bias: _*))
    }
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val operation = (if (sweep.biases) conv else linear).weights(rows.count)
    val source =
      site.inLayout(pass, input.face(sweep.source).rows(rows), operation.layout(Role.Source))
    val top =
      site.inLayout(pass, output.face(sweep.top).rows(rows), operation.layout(Role.OutputGradient))
    val gradient = if (groups == 1) site.kernelGradient(sweep.extra)
      else site.gradients(conv.weightDims, Format.GOIHW, extra = sweep.extra)
    site.writeInLayout(pass, gradient, operation.layout(Role.WeightsGradient)) { target =>
      pass.native(operation.on(Seq(Role.Source -> source, Role.OutputGradient -> top,
        Role.WeightsGradient -> target) ++ (if (hasBias && sweep.biases) Seq(biasGradient) else Nil): _*))
    }
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val operation = conv.data(rows.count)
    val top = site.inLayout(pass, output.face(face).rows(rows), operation.layout(Role.OutputGradient))
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    val bottom = site.inputGradient(face = face).rows(rows)
    site.writeInLayout(pass, bottom, operation.layout(Role.SourceGradient)) { target =>
      pass.native(operation.on(Role.OutputGradient -> top, Role.Weights -> kernel,
        Role.SourceGradient -> target))
    }
  }
}
