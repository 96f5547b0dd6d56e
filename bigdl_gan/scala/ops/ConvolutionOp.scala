package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Convolver, End, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}
import com.intel.analytics.bigdl.mkl.Memory

private[gan] final class ConvolutionOp(site: Site, window: Window, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output}

  private val conv =
    new Convolver(context, input.shape, output.shape, window, hasBias)
  private lazy val linear =
    if (hasBias) new Convolver(context, input.shape, output.shape, window, bias = false) else conv
  private val kernelCount = conv.weightDims.product
  private val weights = new WeightLayouts(context, site.kernel)
  private val biasDims = Array(node.shape(0))
  private lazy val bias = Seq(site.weights(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasGradient = Seq(site.gradients(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasSum = new BiasSum(site, kernelCount, node.shape(0))

  output.setLayout(context.query(conv.forward(output.batch), End.Output))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit =
    apply(pass, rows, Face.Value, conv, if (hasBias) bias else Nil)

  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent, linear, Nil)

  private def apply(pass: Pass, rows: Rows, face: Face, by: Convolver, bias: Seq[Blob]): Unit = {
    val pd = by.forward(rows.count)
    val source = site.inLayout(pass, input.face(face).rows(rows), context.query(pd, End.Source))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    site.writeInLayout(pass, output.face(face).rows(rows), context.query(pd, End.Output)) { target =>
      pass.native(context.primitive(pd, Seq(source, kernel) ++ bias, Seq(target)))
    }
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val pd = (if (sweep.biases) conv else linear).backwardWeights(rows.count)
    val source =
      site.inLayout(pass, input.face(sweep.source).rows(rows), context.query(pd, End.Source))
    val top =
      site.inLayout(pass, output.face(sweep.top).rows(rows), context.query(pd, End.OutputGradient))
    site.writeInLayout(pass, site.kernelGradient(sweep.extra), context.query(pd, End.WeightsGradient)) { target =>
      pass.native(context.primitive(pd, Seq(source, top),
        target +: (if (hasBias && sweep.biases) biasGradient else Nil)))
    }
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val pd = conv.backwardData(rows.count)
    val top = site.inLayout(pass, output.face(face).rows(rows), context.query(pd, End.OutputGradient))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    val bottom = site.inputGradient(face = face).rows(rows)
    site.writeInLayout(pass, bottom, context.query(pd, End.SourceGradient)) { target =>
      pass.native(context.primitive(pd, Seq(top, kernel), Seq(target)))
    }
  }
}
