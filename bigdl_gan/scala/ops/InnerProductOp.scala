package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{End, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn, PropKind}

/**
 * y = W x + b over (N, F), by MKL-DNN's inner product: MKL's matrix product, on one thread (see
 * `OpenMp`). It is for thin layers: to change their tensors' layout would take longer than to
 * multiply.
 */
private[gan] final class InnerProductOp(site: Site, hasBias: Boolean) extends Op {
  import site.{context, input, node, output}

  private val any = Memory.Format.any
  private val weightDims = Array(node.shape(0), input.shape(0))
  private val kernelCount = weightDims.product
  private val weights = new WeightLayouts(context, site.weights(weightDims, Memory.Format.oi))
  private val weightGradient = site.gradients(weightDims, Memory.Format.oi)
  private val biasDims = Array(node.shape(0))
  private lazy val bias = Seq(site.weights(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasGradient = Seq(site.gradients(biasDims, Memory.Format.x, kernelCount))
  private val biasDesc =
    if (hasBias) context.memoryDesc(biasDims, Memory.Format.x) else 0L

  output.setBlob(context.blob(Array(output.batch, node.shape(0)), Memory.Format.nc))

  private def source(count: Int) = context.memoryDesc(Array(count, input.shape(0)),
    Memory.Format.nc)
  private def target(count: Int) = context.memoryDesc(Array(count, node.shape(0)),
    Memory.Format.nc)
  private def kernel = context.memoryDesc(weightDims, any)

  private val forwards = scala.collection.mutable.Map[Int, Long]()

  private def forwardDesc(count: Int): Long = forwards.getOrElseUpdate(count,
    context.primitiveDesc(context.descriptor(MklDnn.LinearForwardDescInit(
      PropKind.ForwardTraining, source(count), kernel, biasDesc, target(count)))))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val pd = forwardDesc(rows.count)
    val wanted = weights.inLayout(context.query(pd, End.Weights))
    pass.native(context.primitive(pd, Seq(input.data.rows(rows), wanted) ++
      (if (hasBias) bias else Nil), Seq(output.data.rows(rows))))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val gradient = output.gradient.rows(rows)
    val count = rows.count
    if (needs.weights) {
      val pd = context.primitiveDesc(context.descriptor(MklDnn.LinearBackwardWeightsDescInit(
        source(count), kernel, biasDesc, target(count))), forwardDesc(count))
      site.writeInLayout(pass, weightGradient, context.query(pd, End.WeightsGradient)) { written =>
        pass.native(context.primitive(pd, Seq(input.data.rows(rows), gradient),
          written +: (if (hasBias) biasGradient else Nil)))
      }
    }
    if (needs.data) {
      val pd = context.primitiveDesc(context.descriptor(MklDnn.LinearBackwardDataDescInit(
        source(count), kernel, target(count))), forwardDesc(count))
      val wanted = weights.inLayout(context.query(pd, End.Weights))
      pass.native(context.primitive(pd, Seq(gradient, wanted),
        Seq(site.inputGradient().rows(rows))))
    }
  }
}
