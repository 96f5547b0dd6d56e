package com.intel.analytics.bigdl.dllib.gan.native.onednn

import scala.collection.mutable.{Map => MutableMap}

import com.intel.analytics.bigdl.dllib.gan.native.{Element, Format, Operation, Role, Weighted}

/** oneDNN's own matrix product, on the caller's threads. */
private[onednn] final class OneDnnInnerProduct(context: OneDnnContext, inputs: Int, outputs: Int,
  bias: Boolean, element: Element) extends Weighted {
  import context.{attributes, engine}

  override val weightDims: Array[Int] = Array(outputs, inputs)
  private lazy val biasDescriptor = if (bias) context.vectorDescriptor(outputs) else 0L
  private val forwards = MutableMap[Int, Long]()
  private val operations = MutableMap[(Role, Int), Operation]()

  private def rows(samples: Int, length: Int): Long =
    context.layout(Array(samples, length), Format.NC, element).descriptor

  private def weightDescriptor(kind: Element): Long = context.anyDescriptor(weightDims, kind)

  private def ifBias(role: Role): Seq[Role] = if (bias) Seq(role) else Nil

  private def operation(result: Role, samples: Int, roles: Role*)(descriptor: => Long): Operation =
    operations.getOrElseUpdate((result, samples), new OneDnnOperation(context,
      descriptor, result +: roles))

  private def named(handle: Long): Long =
    context.primitiveDescriptor(s"a product with ${weightDims.mkString("x")} weights", handle)

  private def forwardDescriptor(samples: Int): Long = forwards.getOrElseUpdate(samples, named(
    OneDnn.innerProduct(engine, Numbers.Training, rows(samples, inputs), weightDescriptor(element),
      biasDescriptor, rows(samples, outputs), attributes)))

  override def forward(samples: Int): Operation = operation(Role.Output, samples,
    Seq(Role.Source, Role.Weights) ++ ifBias(Role.Bias): _*)(forwardDescriptor(samples))

  override def data(samples: Int): Operation =
    operation(Role.SourceGradient, samples, Role.OutputGradient, Role.Weights)(named(
      OneDnn.innerProductData(engine, rows(samples, inputs), weightDescriptor(element),
        rows(samples, outputs), forwardDescriptor(samples), attributes)))

  override def weights(samples: Int): Operation = operation(Role.WeightsGradient, samples,
    Seq(Role.Source, Role.OutputGradient) ++ ifBias(Role.BiasGradient): _*)(named(
    OneDnn.innerProductWeights(engine, rows(samples, inputs), weightDescriptor(Element.Float32),
      biasDescriptor, rows(samples, outputs), forwardDescriptor(samples), attributes)))
}
