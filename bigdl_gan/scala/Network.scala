package com.intel.analytics.bigdl.dllib.gan

import scala.collection.mutable

/**
 * A network compiled to native primitives for one batch size.
 *
 * Gradients are those of the last backward pass: they are overwritten, never added up.
 */
private[gan] final class Network(context: DnnContext, spec: NetworkSpec, val batch: Int,
  settings: Settings) {
  private val memory = new FlatMemory(context, spec)
  private val edges = new Array[Edge](spec.nodes.length)
  private val ops: Array[Option[Op]] = new Array[Option[Op]](spec.nodes.length)
  private val forwards = mutable.Map[Rows, Pass]()
  private val backwards = mutable.Map[(Rows, Boolean, Option[Rows]), Pass]()
  val all: Rows = Rows(0, batch)

  spec.nodes.indices.foreach(compile)

  private def consumersOf(id: Int): Seq[Int] =
    spec.nodes.indices.filter(spec.nodes(_).inputs.contains(id))

  private def compile(id: Int): Unit = {
    val node = spec.nodes(id)
    val inputs = node.inputs.map(edges(_))
    val inPlace = node.layer match {
      case elementwise: ElementwiseSpec => runsInPlace(node, elementwise)
      case _ => false
    }
    val edge = new Edge(context, node.shape, batch, if (inPlace) Some(inputs(0)) else None)
    edge.consumers = consumersOf(id)
    edges(id) = edge
    val site = new Site(context, id, node, inputs, edge, memory, settings)
    ops(id) = node.layer match {
      case InputSpec =>
        edge.setBlob(context.blob(Layout.dims(batch, node.shape), Layout.plain(node.shape)))
        None
      case elementwise: ElementwiseSpec => Some(new ElementwiseOp(site, elementwise, inPlace))
      case other => Some(operation(other, site))
    }
  }

  private def operation(layer: LayerSpec, site: Site): Op = layer match {
    case s: ConvolutionSpec => new ConvolutionOp(site, s)
    case s: DeconvolutionSpec => new DeconvolutionOp(site, s)
    case s: DenseSpec => new DenseOp(site, s)
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

  private def runsInPlace(node: Node, spec: ElementwiseSpec): Boolean = {
    val producer = node.inputs(0)
    ElementwiseOp.mayRunInPlace(spec) && consumersOf(producer).length == 1 &&
      ops(producer).exists(!_.keepsOutput)
  }

  /** (N, C, H, W) or (N, F), plain. */
  def input: Blob = edges.head.data
  def inputGradient: Blob = edges.head.gradient
  def output: Blob = edges.last.data
  def outputGradient: Blob = edges.last.gradient

  def loadWeights(weights: Array[Float]): Unit = {
    NativeMemory.write(weights, 0, memory.weights, spec.weightCount)
    ops.foreach(_.foreach(_.weightsChanged()))
  }

  /** Copies the gradients of the last backward pass. */
  def readGradients(gradients: Array[Float]): Unit =
    NativeMemory.read(memory.gradients, gradients, 0, spec.weightCount)

  /** The running statistics; to be loaded before the weights. */
  def loadState(state: Array[Float]): Unit =
    System.arraycopy(state, 0, memory.state, 0, spec.stateCount)
  def state: Array[Float] = memory.state.clone()

  def forward(rows: Rows): Unit = {
    forwards.getOrElseUpdate(rows, {
      val pass = new Pass(context)
      ops.foreach(_.foreach(_.forward(pass, rows)))
      pass
    }).run()
    if (settings.training) ops.foreach(_.foreach(_.updateState(rows)))
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
    ops.indices.reverse.foreach { id =>
      ops(id).foreach { op =>
        val bottom = spec.nodes(id).inputs.forall(_ == 0)
        edges(id).gather(pass, rows)
        if (!bottom) op.backward(pass, rows, Needs(data = true, weights))
        else backwardBottom(op, pass, rows, weights, inputRows)
      }
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
