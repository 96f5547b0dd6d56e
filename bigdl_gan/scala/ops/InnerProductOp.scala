package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Format, Pass, Role, Rows, Weighted}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}

/**
 * y = W x + b over (N, F), by the engine's inner product, on one thread in MKL-DNN (see `OpenMp`). It
 * is for thin layers: to change their tensors' layout would take longer than to multiply.
 */
private[gan] final class InnerProductOp(site: Site, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output}

  private val (ins, outs) = (input.shape(0), node.shape(0))
  private val affine = context.innerProduct(ins, outs, hasBias)
  private lazy val linear = if (hasBias) context.innerProduct(ins, outs, bias = false) else affine
  private val weightDims = affine.weightDims
  private val kernelCount = weightDims.product
  private val weights = new WeightLayouts(context, site.weights(weightDims, Format.OI))
  private lazy val bias = Role.Bias -> site.weights(Array(outs), Format.X, kernelCount)
  private lazy val biasGradient =
    Role.BiasGradient -> site.gradients(Array(outs), Format.X, kernelCount)
  private lazy val biasSum = new BiasSum(site, kernelCount, outs)

  output.setBlob(context.blob(Array(output.batch, outs), Format.NC))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit =
    apply(pass, rows, Face.Value, affine, if (hasBias) Seq(bias) else Nil)

  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent, linear, Nil)

  private def apply(pass: Pass, rows: Rows, face: Face, by: Weighted, bias: Seq[(Role, Blob)]): Unit = {
    val operation = by.forward(rows.count)
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    pass.native(operation.on(Seq(Role.Source -> input.face(face).rows(rows), Role.Weights -> kernel,
      Role.Output -> output.face(face).rows(rows)) ++ bias: _*))
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val operation = (if (sweep.biases) affine else linear).weights(rows.count)
    val gradient = site.gradients(weightDims, Format.OI, extra = sweep.extra)
    site.writeInLayout(pass, gradient, operation.layout(Role.WeightsGradient)) { target =>
      pass.native(operation.on(Seq(Role.Source -> input.face(sweep.source).rows(rows),
        Role.OutputGradient -> output.face(sweep.top).rows(rows), Role.WeightsGradient -> target) ++
        (if (hasBias && sweep.biases) Seq(biasGradient) else Nil): _*))
    }
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val operation = affine.data(rows.count)
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    pass.native(operation.on(Role.OutputGradient -> output.face(face).rows(rows),
      Role.Weights -> kernel, Role.SourceGradient -> site.inputGradient(face = face).rows(rows)))
  }
}
