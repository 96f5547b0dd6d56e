package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{End, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp, WeightSweep}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn, PropKind}

/**
 * y = W x + b over (N, F), by MKL-DNN's inner product: MKL's matrix product, on one thread (see
 * `OpenMp`). It is for thin layers: to change their tensors' layout would take longer than to
 * multiply.
 */
private[gan] final class InnerProductOp(site: Site, hasBias: Boolean) extends TwiceOp {
  import site.{context, input, node, output}

  private val any = Memory.Format.any
  private val weightDims = Array(node.shape(0), input.shape(0))
  private val kernelCount = weightDims.product
  private val weights = new WeightLayouts(context, site.weights(weightDims, Memory.Format.oi))
  private val biasDims = Array(node.shape(0))
  private lazy val bias = Seq(site.weights(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasGradient = Seq(site.gradients(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasSum = new BiasSum(site, kernelCount, node.shape(0))

  output.setBlob(context.blob(Array(output.batch, node.shape(0)), Memory.Format.nc))

  private def source(count: Int) = context.memoryDesc(Array(count, input.shape(0)),
    Memory.Format.nc)
  private def target(count: Int) = context.memoryDesc(Array(count, node.shape(0)),
    Memory.Format.nc)
  private def kernel = context.memoryDesc(weightDims, any)

  private def biasDesc(isThere: Boolean) =
    if (isThere) context.memoryDesc(biasDims, Memory.Format.x) else 0L

  private val forwards = scala.collection.mutable.Map[(Int, Boolean), Long]()

  private def forwardDesc(count: Int, addsBias: Boolean): Long = forwards.getOrElseUpdate(
    (count, addsBias), context.primitiveDesc(context.descriptor(MklDnn.LinearForwardDescInit(
      PropKind.ForwardTraining, source(count), kernel, biasDesc(addsBias), target(count)))))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Value, hasBias)
  override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent, addsBias = false)

  private def apply(pass: Pass, rows: Rows, face: Face, addsBias: Boolean): Unit = {
    val pd = forwardDesc(rows.count, addsBias)
    val wanted = weights.inLayout(context.query(pd, End.Weights))
    pass.native(context.primitive(pd, Seq(input.face(face).rows(rows), wanted) ++
      (if (addsBias) bias else Nil), Seq(output.face(face).rows(rows))))
  }

  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    val (count, toBias) = (rows.count, hasBias && sweep.biases)
    val pd = context.primitiveDesc(context.descriptor(MklDnn.LinearBackwardWeightsDescInit(
      source(count), kernel, biasDesc(toBias), target(count))), forwardDesc(count, toBias))
    val gradient = site.gradients(weightDims, Memory.Format.oi, extra = sweep.extra)
    site.writeInLayout(pass, gradient, context.query(pd, End.WeightsGradient)) { written =>
      pass.native(context.primitive(pd,
        Seq(input.face(sweep.source).rows(rows), output.face(sweep.top).rows(rows)),
        written +: (if (toBias) biasGradient else Nil)))
    }
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit =
    if (hasBias) biasSum.weighted(pass, output.gradient, rows, factors)

  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    val count = rows.count
    val pd = context.primitiveDesc(context.descriptor(MklDnn.LinearBackwardDataDescInit(
      source(count), kernel, target(count))), forwardDesc(count, hasBias))
    val wanted = weights.inLayout(context.query(pd, End.Weights))
    pass.native(context.primitive(pd, Seq(output.face(face).rows(rows), wanted),
      Seq(site.inputGradient(face = face).rows(rows))))
  }
}

private[gan] object InnerProductOp {
  /**
   * Whether MKL's product rounds a row the same wherever it lies in the batch, which a generated
   * image needs: found so of 4, 8, 64 and 100 inputs, and not of 5, 7, 10, 30 and 101.
   */
  def roundsRowsAlike(inputs: Int): Boolean = inputs % 4 == 0
}
