package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Convolver, End, Pass, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.Memory

/**
 * y = W x + b over (N, F), as a pointwise convolution of one picture whose pixels are the samples.
 *
 * MKL-DNN's own inner product calls MKL's matrix product. Its order of sums depends on MKL's number
 * of threads, which belongs to the process, so others can change it. Convolutions are MKL-DNN's own
 * code, on the caller's threads. Thin layers use `InnerProductOp`.
 */
private[gan] final class DenseOp(site: Site, hasBias: Boolean) extends Op {
  import site.{context, input, node, output}

  private val (ins, outs) = (input.shape(0), node.shape(0))
  private val weightDims = Array(outs, ins, 1, 1)
  private val kernelCount = outs * ins
  private val weights =
    new WeightLayouts(context, site.weights(weightDims, Memory.Format.oihw))
  private val weightGradient = site.gradients(weightDims, Memory.Format.oihw)
  private lazy val bias = Seq(site.weights(Array(outs), Memory.Format.x, kernelCount))
  private lazy val biasGradient = Seq(site.gradients(Array(outs), Memory.Format.x, kernelCount))
  private val products = scala.collection.mutable.Map[Int, Convolver]()

  output.setBlob(context.blob(Array(output.batch, outs), Memory.Format.nc))

  private def product(count: Int): Convolver = products.getOrElseUpdate(count, new Convolver(
    context, Array(ins, count, 1), Array(outs, count, 1), Window.Pointwise, hasBias))

  /** The samples (N, F) as the picture (1, F, N, 1), in the same memory. */
  private def picture(samples: Blob): Blob = context.blobAt(
    Array(1, samples.dims(1), samples.dims(0), 1), Memory.Format.nhwc, samples.pointer)

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val pd = product(rows.count).forward(1)
    val source = site.inLayout(pass, picture(input.data.rows(rows)), context.query(pd, End.Source))
    val kernel = weights.inLayout(context.query(pd, End.Weights))
    site.writeInLayout(pass, picture(output.data.rows(rows)), context.query(pd, End.Output)) { target =>
      pass.native(context.primitive(pd, Seq(source, kernel) ++ (if (hasBias) bias else Nil),
        Seq(target)))
    }
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val gradient = picture(output.gradient.rows(rows))
    if (needs.weights) {
      val pd = product(rows.count).backwardWeights(1)
      val source =
        site.inLayout(pass, picture(input.data.rows(rows)), context.query(pd, End.Source))
      val top = site.inLayout(pass, gradient, context.query(pd, End.OutputGradient))
      site.writeInLayout(pass, weightGradient, context.query(pd, End.WeightsGradient)) { target =>
        pass.native(context.primitive(pd, Seq(source, top),
          target +: (if (hasBias) biasGradient else Nil)))
      }
    }
    if (needs.data) {
      val pd = product(rows.count).backwardData(1)
      val top = site.inLayout(pass, gradient, context.query(pd, End.OutputGradient))
      val kernel = weights.inLayout(context.query(pd, End.Weights))
      val bottom = picture(site.inputGradient().rows(rows))
      site.writeInLayout(pass, bottom, context.query(pd, End.SourceGradient)) { target =>
        pass.native(context.primitive(pd, Seq(top, kernel), Seq(target)))
      }
    }
  }
}

private[gan] object DenseOp {
  /** Multiplications for each value whose layout changes; with fewer, the change costs more. */
  private val LeastReuse = 16

  /** Whether a layer is large enough for a convolution's layouts. */
  def suits(samples: Int, inputs: Int, outputs: Int): Boolean = {
    val (n, f, o) = (samples.toDouble, inputs.toDouble, outputs.toDouble)
    n * f * o >= LeastReuse * (n * f + n * o + f * o)
  }
}
