package com.intel.analytics.bigdl.dllib.gan.native.onednn

import scala.collection.mutable.{Map => MutableMap}

import com.intel.analytics.bigdl.dllib.gan.native.{Element, Format, Operation, Role, Weighted, Window}

/**
 * A convolution's three primitives.
 *
 * oneDNN chooses their layouts only if loops in Scala know them (see `Format.channelBlock`). On
 * AVX2 it would take NHWC for data gradients of stride 2; blocks of channels avoid the copies. With few
 * channels some pairs of layouts have no fast implementation, so the first one that has is taken.
 */
private[onednn] final class OneDnnConvolution(context: OneDnnContext, source: Array[Int],
  output: Array[Int], window: Window, bias: Boolean, element: Element, groups: Int)
  extends Weighted {
  import OneDnnConvolution.{Loops, Reference}
  import context.{attributes, blocked, engine}

  override val weightDims: Array[Int] = Weighted.kernelDims(source, output, window, groups)
  private lazy val biasDescriptor = if (bias) context.vectorDescriptor(output(0)) else 0L
  private val forwards = MutableMap[Int, Long]()
  private val operations = MutableMap[(Role, Int), Operation]()

  /** Layouts of source and output, the best first; None leaves the order to oneDNN. */
  private val orders = Seq(None, Some((blocked, blocked)), Some((Format.NCHW, blocked)),
    Some((Format.NCHW, Format.NCHW)))

  private def ifBias(role: Role): Seq[Role] = if (bias) Seq(role) else Nil

  private def operation(result: Role, samples: Int, roles: Role*)(descriptor: => Long): Operation =
    operations.getOrElseUpdate((result, samples), new OneDnnOperation(context, descriptor, result +: roles))

  override def forward(samples: Int): Operation = operation(Role.Output, samples,
    Seq(Role.Source, Role.Weights) ++ ifBias(Role.Bias): _*)(forwardDescriptor(samples))

  override def data(samples: Int): Operation =
    operation(Role.SourceGradient, samples, Role.OutputGradient, Role.Weights)(
      best(samples, Role.SourceGradient, Role.OutputGradient) { (from, to, shape) =>
        OneDnn.convolutionData(engine, from, weightDescriptor(element), to, shape,
          forwardDescriptor(samples), attributes)
      })

  override def weights(samples: Int): Operation = operation(Role.WeightsGradient, samples,
    Seq(Role.Source, Role.OutputGradient) ++ ifBias(Role.BiasGradient): _*)(
    best(samples, Role.Source, Role.OutputGradient) { (from, to, shape) =>
      OneDnn.convolutionWeights(engine, from, weightDescriptor(Element.Float32), biasDescriptor, to, shape,
        forwardDescriptor(samples), attributes)
    })

  private def forwardDescriptor(samples: Int): Long = forwards.getOrElseUpdate(samples,
    best(samples, Role.Source, Role.Output) { (from, to, shape) =>
      OneDnn.convolution(engine, Numbers.Training, from, weightDescriptor(element), biasDescriptor, to,
        shape, attributes)
    })

  private def weightDescriptor(kind: Element): Long = context.anyDescriptor(weightDims, kind)

  /** The first suitable descriptor that `make` makes of the tensors' descriptors and the window. */
  private def best(samples: Int, sourceEnd: Role, outputEnd: Role)(make: (Long, Long, Long) => Long): Long = {
    val made = orders.iterator.map { order =>
      OneDnnWindow.of(window) { shape =>
        order -> make(tensor(samples +: source, order.map(_._1)), tensor(samples +: output, order.map(_._2)), shape)
      }
    }
    val suitable = made.find { case (order, handle) =>
      val suits = handle > 0 && !isReference(handle) &&
        (order.isDefined || Seq(sourceEnd, outputEnd).forall(end => Loops.contains(formatOf(handle, end))))
      if (!suits && handle > 0 && order != orders.last) OneDnn.freePrimitiveDescriptor(handle)
      suits || order == orders.last // plain loops, if nothing else
    }
    context.primitiveDescriptor(s"a convolution of ${weightDims.mkString("x")} weights", suitable.get._2)
  }

  private def tensor(dims: Array[Int], format: Option[Format]): Long =
    format.map(context.layout(dims, _, element).descriptor).getOrElse(context.anyDescriptor(dims, element))

  private def isReference(handle: Long): Boolean =
    OneDnn.text(OneDnn.made("a name", OneDnn.implementation(handle))).startsWith(Reference)

  private def formatOf(handle: Long, end: Role): Format =
    new OneDnnLayout(context, OneDnn.end(handle, Numbers.EndOf(end))).format
}

private[onednn] object OneDnnConvolution {
  /** The layouts that loops are written for. */
  private val Loops = Set[Format](Format.NCHW, Format.NCHW8c, Format.NCHW16c)

  /** What the names of oneDNN's plain loops begin with. */
  private val Reference = "ref"
}
