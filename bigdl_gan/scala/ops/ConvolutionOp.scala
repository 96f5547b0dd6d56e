package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Convolver, End, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.Memory

private[gan] final class ConvolutionOp(site: Site, window: Window, hasBias: Boolean) extends Op {
  import site.{context, input, node, output}

  private val conv =
    new Convolver(context, input.shape, output.shape, window, hasBias)
  private val kernelCount = conv.weightDims.product
  private val weights =
    new WeightLayouts(context, site.weights(conv.weightDims, Memory.Format.oihw))
  private val weightGradient = site.gradients(conv.weightDims, Memory.Format.oihw)
  private val biasDims = Array(node.shape(0))
  private lazy val bias = Seq(site.weights(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasGradient = Seq(site.gradients(biasDims, Memory.Format.x, kernelCount))

  output.setLayout(context.query(conv.forward(output.batch), End.Output))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val pd = conv.forward(rows.count)
    val source = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.Source))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    site.writeInLayout(pass, output.data.rows(rows), context.query(pd, End.Output)) { target =>
      pass.native(context.primitive(pd, Seq(source, kernel) ++ (if (hasBias) bias else Nil),
        Seq(target)))
    }
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val gradient = output.gradient.rows(rows)
    if (needs.weights) {
      val pd = conv.backwardWeights(rows.count)
      val source = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.Source))
      val top = site.inLayout(pass, gradient, context.query(pd, End.OutputGradient))
      site.writeInLayout(pass, weightGradient, context.query(pd, End.WeightsGradient)) { target =>
        pass.native(context.primitive(pd, Seq(source, top),
          target +: (if (hasBias) biasGradient else Nil)))
      }
    }
    if (needs.data) {
      val pd = conv.backwardData(rows.count)
      val top = site.inLayout(pass, gradient, context.query(pd, End.OutputGradient))
      val kernel = weights.inLayout(context.query(pd, End.Weights))
      val bottom = site.inputGradient().rows(rows)
      site.writeInLayout(pass, bottom, context.query(pd, End.SourceGradient)) { target =>
        pass.native(context.primitive(pd, Seq(top, kernel), Seq(target)))
      }
    }
  }
}
