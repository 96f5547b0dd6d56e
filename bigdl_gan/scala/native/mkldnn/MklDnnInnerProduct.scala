package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import scala.collection.mutable.{Map => MutableMap}

import com.intel.analytics.bigdl.dllib.gan.native.{Operation, Role, Weighted}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn, PropKind}

/** MKL's matrix product, on one thread: see `OpenMp`. */
private[mkldnn] final class MklDnnInnerProduct(context: MklDnnContext, inputs: Int, outputs: Int,
  bias: Boolean) extends Weighted {
  import Memory.Format.{any, nc, x}

  override val weightDims: Array[Int] = Array(outputs, inputs)
  private val forwards = MutableMap[Int, Long]()

  private def source(count: Int): Long = context.memoryDesc(Array(count, inputs), nc)
  private def target(count: Int): Long = context.memoryDesc(Array(count, outputs), nc)
  private def kernel: Long = context.memoryDesc(weightDims, any)
  private def biasDesc: Long = if (bias) context.memoryDesc(Array(outputs), x) else 0L
  private def ifBias(role: Role): Seq[Role] = if (bias) Seq(role) else Nil

  private def forwardDesc(count: Int): Long = forwards.getOrElseUpdate(count, context.primitiveDesc(
    MklDnn.LinearForwardDescInit(PropKind.ForwardTraining, source(count), kernel, biasDesc,
      target(count))))

  override def forward(samples: Int): Operation = new MklDnnOperation(context, forwardDesc(samples),
    Seq(Role.Source, Role.Weights) ++ ifBias(Role.Bias), Seq(Role.Output))

  override def data(samples: Int): Operation = new MklDnnOperation(context,
    context.primitiveDesc(MklDnn.LinearBackwardDataDescInit(source(samples), kernel,
      target(samples)), forwardDesc(samples)),
    Seq(Role.OutputGradient, Role.Weights), Seq(Role.SourceGradient))

  override def weights(samples: Int): Operation = new MklDnnOperation(context,
    context.primitiveDesc(MklDnn.LinearBackwardWeightsDescInit(source(samples), kernel, biasDesc,
      target(samples)), forwardDesc(samples)),
    Seq(Role.Source, Role.OutputGradient), Role.WeightsGradient +: ifBias(Role.BiasGradient))
}
