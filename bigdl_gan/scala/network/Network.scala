package com.intel.analytics.bigdl.dllib.gan.network

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.model.{AddSpec, BatchNormSpec, ConcatSpec}
import com.intel.analytics.bigdl.dllib.gan.model.{ConvolutionSpec, DeconvolutionSpec, DenseSpec}
import com.intel.analytics.bigdl.dllib.gan.model.{DropoutSpec, ElementwiseSpec, InputSpec}
import com.intel.analytics.bigdl.dllib.gan.model.{LayerSpec, ModuleSpec, NetworkSpec}
import com.intel.analytics.bigdl.dllib.gan.model.{Node, PoolingSpec, ReshapeSpec, UpSamplingSpec}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.ops.tiled.RelayoutOp
import com.intel.analytics.bigdl.dllib.gan.ops.tiled.{TiledConvolutionOp, TiledDeconvolutionOp}
import com.intel.analytics.bigdl.dllib.gan.ops.{AddOp, BatchNormOp, ConcatOp, Consumer, ConvolutionOp}
import com.intel.analytics.bigdl.dllib.gan.ops.{DeconvolutionOp, DenseOp, DropoutOp, Edge, ElementwiseOp}
import com.intel.analytics.bigdl.dllib.gan.ops.{FlatMemory, InnerProductOp, ModuleOp, Needs, Op}
import com.intel.analytics.bigdl.dllib.gan.ops.{PoolingOp, ReshapeOp, Settings, Site, UpSamplingOp}

/**
 * A network compiled to native primitives for one batch size.
 *
 * Gradients are those of the last backward pass: they are overwritten, never added up.
 */
private[gan] final class Network(context: DnnContext, spec: NetworkSpec, val batch: Int,
  settings: Settings) {
  private val memory = new FlatMemory(context, spec)
  private val plan = new LayoutPlan(context, spec, settings.groups, batch / settings.groups)
  private val edges = new Array[Edge](spec.nodes.length)
  private val relaid = mutable.Map[Int, Edge]()
  private val steps = mutable.ArrayBuffer[Step]()
  private val forwards = mutable.Map[Rows, Pass]()
  private val backwards = mutable.Map[(Rows, Boolean, Option[Rows]), Pass]()
  @volatile private var hasNewWeights = false
  val all: Rows = Rows(0, batch)

  /** An operation between its tensors; in the order of the forward pass. */
  private case class Step(op: Op, inputs: Array[Edge], output: Edge)

  spec.nodes.indices.foreach(compile)
  private val last = inLayout(spec.nodes.length - 1, pixelMajor = false)

  private def compile(id: Int): Unit = {
    val node = spec.nodes(id)
    val inputs = node.inputs.map(inLayout(_, plan.isPixelMajor(id)))
    inputs.indices.foreach(i => inputs(i).consumers :+= Consumer(id, i))
    val inPlace = node.layer match {
      case elementwise: ElementwiseSpec => runsInPlace(node, elementwise, inputs(0))
      case _ => false
    }
    val edge = new Edge(context, node.shape, batch, if (inPlace) Some(inputs(0)) else None)
    edges(id) = edge
    val site = new Site(context, id, node, inputs, edge, memory, settings)
    node.layer match {
      case InputSpec =>
        edge.setBlob(context.blob(Layout.dims(batch, node.shape), Layout.plain(node.shape)))
      case elementwise: ElementwiseSpec => add(new ElementwiseOp(site, elementwise, inPlace), site)
      case layer => add(operation(layer, site, plan.isTiled(id)), site)
    }
  }

  private def add(op: Op, site: Site): Unit = {
    steps += Step(op, site.inputs, site.output)
    site.output.isKept = op.keepsOutput
  }

  /** The output of a node in either kind of layout, by way of a copy where it has the other. */
  private def inLayout(id: Int, pixelMajor: Boolean): Edge =
    if (plan.isPixelMajor(id) == pixelMajor) edges(id)
    else relaid.getOrElseUpdate(id, {
      val (from, to) = (edges(id), new Edge(context, edges(id).shape, batch))
      val relayout = Consumer(spec.nodes.length + id, 0) // any number that is no node's
      from.consumers :+= relayout
      steps += Step(new RelayoutOp(context, relayout, from, to, settings.groups, pixelMajor),
        Array(from), to)
      to
    })

  private def runsInPlace(node: Node, spec: ElementwiseSpec, input: Edge): Boolean =
    ElementwiseOp.mayRunInPlace(spec) && plan.consumersOf(node.inputs(0)).length == 1 &&
      (input ne edges.head) && !input.isKept

  private def operation(layer: LayerSpec, site: Site, tiled: Boolean): Op = layer match {
    case s: ConvolutionSpec if tiled => new TiledConvolutionOp(site, s)
    case s: DeconvolutionSpec if tiled => new TiledDeconvolutionOp(site, s)
    case s: ConvolutionSpec => new ConvolutionOp(site, s)
    case s: DeconvolutionSpec => new DeconvolutionOp(site, s)
    case s: DenseSpec if DenseOp.suits(batch, site.input.shape(0), site.node.shape(0)) =>
      new DenseOp(site, s)
    case s: DenseSpec => new InnerProductOp(site, s)
    case s: BatchNormSpec => new BatchNormOp(site, s)
    case s: PoolingSpec => new PoolingOp(site, s)
    case s: DropoutSpec => new DropoutOp(site, s)
    case s: UpSamplingSpec => new UpSamplingOp(site, s)
    case s: ConcatSpec => new ConcatOp(site, s)
    case AddSpec => new AddOp(site)
    case ReshapeSpec => new ReshapeOp(site)
    case s: ModuleSpec => new ModuleOp(site, s)
    case InputSpec | _: ElementwiseSpec =>
      throw new IllegalStateException(s"${site.node.name} is compiled elsewhere.")
  }

  /** (N, C, H, W) or (N, F), plain. */
  def input: Blob = edges.head.data
  def inputGradient: Blob = edges.head.gradient
  def output: Blob = last.data
  def outputGradient: Blob = last.gradient

  def loadWeights(weights: Array[Float]): Unit = {
    NativeMemory.write(weights, 0, memory.weights, spec.weightCount)
    hasNewWeights = true
  }

  /** Brings the copies of the weights that primitives want in other layouts up to date. */
  private def refreshWeights(): Unit = if (hasNewWeights) {
    steps.foreach(_.op.weightsChanged())
    hasNewWeights = false
  }

  /** `loadWeights` for some of them, the rest being as they were; from any thread. */
  def loadWeights(weights: Array[Float], from: Int, count: Int): Unit = {
    NativeMemory.write(weights, from, memory.weights + 4L * from, count)
    hasNewWeights = true
  }

  /** Copies some gradients of the last backward pass to the same places; from any thread. */
  def readGradients(gradients: Array[Float], from: Int, count: Int): Unit =
    NativeMemory.read(memory.gradients + 4L * from, gradients, from, count)

  /** The running statistics; to be loaded before the weights. */
  def loadState(state: Array[Float]): Unit =
    System.arraycopy(state, 0, memory.state, 0, spec.stateCount)
  def state: Array[Float] = memory.state.clone()

  def forward(rows: Rows): Unit = {
    refreshWeights()
    forwards.getOrElseUpdate(rows, {
      val pass = new Pass(context)
      steps.foreach(_.op.forward(pass, rows))
      pass
    }).run()
    if (settings.training) steps.foreach(_.op.updateState(rows))
  }

  /**
   * Gradients from `outputGradient`, after a forward pass that covered `rows`.
   *
   * @param inputRows the rows whose input gradient is wanted too
   */
  def backward(rows: Rows, weights: Boolean, inputRows: Option[Rows]): Unit =
    backwards.getOrElseUpdate((rows, weights, inputRows),
      recordBackward(rows, weights, inputRows)).run()

  private def recordBackward(rows: Rows, weights: Boolean, inputRows: Option[Rows]): Pass = {
    val pass = new Pass(context)
    steps.reverseIterator.foreach { case Step(op, inputs, output) =>
      output.gather(pass, rows)
      val bottom = inputs.forall(_ eq edges.head)
      if (!bottom) op.backward(pass, rows, Needs(data = true, weights))
      else backwardBottom(op, pass, rows, weights, inputRows)
    }
    inputRows.foreach(edges.head.gather(pass, _))
    pass
  }

  /** An operation on the network's input: its data gradient is wanted for some rows, or none. */
  private def backwardBottom(op: Op, pass: Pass, rows: Rows, weights: Boolean,
    inputRows: Option[Rows]): Unit =
    if (inputRows.contains(rows)) op.backward(pass, rows, Needs(data = true, weights))
    else {
      if (weights) op.backward(pass, rows, Needs(data = false, weights = true))
      inputRows.foreach(op.backward(pass, _, Needs(data = true, weights = false)))
    }
}
