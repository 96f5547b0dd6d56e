package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Format, Pass, Role, Rows, Weighted, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}

/**
 * y = W x + b over (N, F), as a pointwise convolution of one picture whose pixels are the samples.
 *
 * MKL-DNN's inner product calls MKL's matrix product. Its order of sums depends on MKL's number
 * of threads, which belongs to the process, so others can change it. Convolutions are MKL-DNN's own
 * code, on the caller's threads. Thin layers use `InnerProductOp`.
 */
private[gan] final class DenseOp(site: Site, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output}

  private val (ins, outs) = (input.shape(0), node.shape(0))
  private val weightDims = Array(outs, ins, 1, 1)
  private val kernelCount = outs * ins
  private val weights =
    new WeightLayouts(context, site.weights(weightDims, Format.OIHW))
  private lazy val bias = Role.Bias -> site.weights(Array(outs), Format.X, kernelCount)
  private lazy val biasGradient =
    Role.BiasGradient -> site.gradients(Array(outs), Format.X, kernelCount)
  private lazy val biasSum = new BiasSum(site, kernelCount, outs)
  private val products = scala.collection.mutable.Map[(Int, Boolean), Weighted]()

  output.setBlob(context.blob(Array(output.batch, outs), Format.NC))

  private def product(count: Int, bias: Boolean): Weighted =
    products.getOrElseUpdate((count, bias), context.convolution(Array(ins, count, 1),
      Array(outs, count, 1), Window.Pointwise, bias))

  /** The samples (N, F) as the picture (1, F, N, 1), in the same memory. */
  private def picture(samples: Blob): Blob = context.blobAt(
    Array(1, samples.dims(1), samples.dims(0), 1), Format.NHWC, samples.pointer)

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Value, hasBias)
  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent, addsBias = false)

  private def apply(pass: Pass, rows: Rows, face: Face, addsBias: Boolean): Unit = {
    val operation = product(rows.count, addsBias).forward(1)
    val source =
      site.inLayout(pass, picture(input.face(face).rows(rows)), operation.layout(Role.Source))
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    val target = picture(output.face(face).rows(rows))
    site.writeInLayout(pass, target, operation.layout(Role.Output)) { written =>
      pass.native(operation.on(Seq(Role.Source -> source, Role.Weights -> kernel,
        Role.Output -> written) ++ (if (addsBias) Seq(bias) else Nil): _*))
    }
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val toBias = hasBias && sweep.biases
    val operation = product(rows.count, toBias).weights(1)
    val source =
      site.inLayout(pass, picture(input.face(sweep.source).rows(rows)), operation.layout(Role.Source))
    val top = site.inLayout(pass, picture(output.face(sweep.top).rows(rows)),
      operation.layout(Role.OutputGradient))
    val gradient = site.gradients(weightDims, Format.OIHW, extra = sweep.extra)
    site.writeInLayout(pass, gradient, operation.layout(Role.WeightsGradient)) { target =>
      pass.native(operation.on(Seq(Role.Source -> source, Role.OutputGradient -> top,
        Role.WeightsGradient -> target) ++ (if (toBias) Seq(biasGradient) else Nil): _*))
    }
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val operation = product(rows.count, hasBias).data(1)
    val top = site.inLayout(pass, picture(output.face(face).rows(rows)),
      operation.layout(Role.OutputGradient))
    val kernel = weights.inLayout(operation.layout(Role.Weights))
    val bottom = picture(site.inputGradient(face = face).rows(rows))
    site.writeInLayout(pass, bottom, operation.layout(Role.SourceGradient)) { target =>
      pass.native(operation.on(Role.OutputGradient -> top, Role.Weights -> kernel,
        Role.SourceGradient -> target))
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
