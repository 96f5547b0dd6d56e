package com.intel.analytics.bigdl.dllib.gan.network

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, NativeMemory, Pass, Rows}

/**
 * A network compiled to native primitives for one batch size.
 *
 * A backward pass overwrites the gradients; `adding` adds those of the batch's earlier parts.
 */
private[gan] final class Network(context: DnnContext, spec: NetworkSpec, val batch: Int,
  settings: Settings) extends FlatWeights {
  private val memory = new NetworkMemory(context, spec)
  private val plan = new LayoutPlan(context, spec, settings.groups, batch / settings.groups)
  private val edges = new Array[Edge](spec.nodes.length)
  private val relaid = mutable.Map[Int, Edge]()
  private val steps = mutable.ArrayBuffer[Step]() // in the order of the forward pass
  private val forwards = mutable.Map[Rows, Pass]()
  private val backwards = mutable.Map[(Rows, Boolean, Option[Rows]), Pass]()
  @volatile private var hasNewWeights = false
  val all: Rows = Rows(0, batch)

  spec.nodes.indices.foreach(compile)
  private val last = inLayout(spec.nodes.length - 1, pixelMajor = false)
  private val inputs = edges.take(spec.inputCount).toSeq

  /** The passes for a penalty on the input's gradient; throws if a layer cannot have one. */
  lazy val penalized: PenaltyPasses = new PenaltyPasses(context, steps, inputs, last, memory,
    settings.parallel)

  private def compile(id: Int): Unit = {
    val node = spec.nodes(id)
    val inputs = node.inputs.map(inLayout(_, plan.isPixelMajor(id)))
    inputs.indices.foreach(i => inputs(i).consumers :+= Consumer(id, i))
    val alias = if (runsInPlace(node, inputs)) inputs.headOption else None
    val edge = new Edge(context, node.shape, batch, alias)
    edges(id) = edge
    if (isInput(id)) edge.setBlob(context.blob(Layout.dims(batch, node.shape), Layout.plain(node.shape)))
    else {
      val op = node.layer.compile(
        new Site(context, id, node, inputs, edge, memory, settings, plan.isPixelMajor(id)))
      steps += Step(node.name, op, inputs, edge)
      edge.isKept = op.keepsOutput
    }
  }

  /** A node's output in one of the two layouts; a copy if it has the other. Vectors have only one. */
  private def inLayout(id: Int, pixelMajor: Boolean): Edge =
    if (plan.isPixelMajor(id) == pixelMajor || spec.nodes(id).shape.length != 3) edges(id)
    else relaid.getOrElseUpdate(id, {
      val (from, to) = (edges(id), new Edge(context, edges(id).shape, batch))
      val relayout = Consumer(spec.nodes.length + id, 0) // any number that is not a node's
      from.consumers :+= relayout
      steps += Step("relayout", new RelayoutOp(context, relayout, from, to, settings.groups, pixelMajor),
        Array(from), to)
      to
    })

  private def runsInPlace(node: Node, inputs: Array[Edge]): Boolean =
    node.layer.mayRunInPlace && plan.consumersOf(node.inputs(0)).length == 1 &&
      !isInput(node.inputs(0)) && !inputs(0).isKept

  private def isInput(id: Int): Boolean = spec.nodes(id).inputs.isEmpty

  /** (N, C, H, W) or (N, F), plain. */
  def input: Blob = edges.head.data

  /** (N, labels), plain, of a conditional network. */
  def labels: Blob = inputs(1).data

  def inputGradient: Blob = edges.head.gradient
  def output: Blob = last.data
  def outputGradient: Blob = last.gradient

  /** Loads all weights, in the order of the flat vectors. */
  def loadWeights(weights: Array[Float]): Unit = loadWeights(0, weightCount, weights, 0)

  /** Updates the copies of the weights in the layouts that primitives want; otherwise the next pass does. */
  def refreshWeights(): Unit = if (hasNewWeights) {
    steps.foreach(_.op.weightsChanged())
    hasNewWeights = false
  }

  override def weightCount: Int = spec.weightCount

  override def readWeights(from: Int, count: Int, to: Array[Float], at: Int): Unit =
    NativeMemory.read(memory.weights + 4L * from, to, at, count)

  override def readGradients(from: Int, count: Int, to: Array[Float], at: Int): Unit =
    NativeMemory.read(memory.gradients + 4L * from, to, at, count)

  override def loadWeights(from: Int, count: Int, weights: Array[Float], at: Int): Unit = {
    NativeMemory.write(weights, at, memory.weights + 4L * from, count)
    hasNewWeights = true
  }

  /** Adds the present gradients to those that `backward` computes. */
  def adding(backward: => Unit): Unit = {
    memory.keepGradients(settings.parallel)
    backward
    memory.addKeptGradients(settings.parallel)
  }

  /** Loads the running statistics; must come before the weights. */
  def loadState(state: Array[Float]): Unit =
    System.arraycopy(state, 0, memory.state, 0, spec.stateCount)

  /** The running statistics, and what else layers keep, for the present weights. */
  def state: Array[Float] = {
    refreshWeights() // some layers' state follows from the weights
    memory.state.clone()
  }

  /** @param moves whether the running statistics move, in training */
  def forward(rows: Rows, moves: Boolean = true): Unit = {
    refreshWeights()
    forwards.getOrElseUpdate(rows, {
      val pass = new Pass(context)
      steps.foreach(_.op.forward(pass, rows))
      pass
    }).run()
    if (settings.training && moves) steps.foreach(_.op.updateState(rows))
  }

  /**
   * Computes gradients from `outputGradient`, after a forward pass that covered `rows`.
   *
   * @param inputRows the rows whose input gradient is needed too
   */
  def backward(rows: Rows, weights: Boolean, inputRows: Option[Rows]): Unit =
    backwards.getOrElseUpdate((rows, weights, inputRows),
      recordBackward(rows, weights, inputRows)).run()

  private def recordBackward(rows: Rows, weights: Boolean, inputRows: Option[Rows]): Pass = {
    val pass = new Pass(context)
    steps.reverseIterator.foreach { case Step(_, op, inputs, output) =>
      output.gather(pass, rows)
      if (!inputs.forall(this.inputs.contains)) op.backward(pass, rows, Needs(data = true, weights))
      else backwardBottom(op, pass, rows, weights, inputRows.filter(_ => inputs.contains(edges.head)))
    }
    inputRows.foreach(edges.head.gather(pass, _))
    pass
  }

  /** For an operation on inputs alone: some rows, or none, need their gradient. */
  private def backwardBottom(op: Op, pass: Pass, rows: Rows, weights: Boolean,
    inputRows: Option[Rows]): Unit =
    if (inputRows.contains(rows)) op.backward(pass, rows, Needs(data = true, weights))
    else {
      if (weights) op.backward(pass, rows, Needs(data = false, weights = true))
      inputRows.foreach(op.backward(pass, _, Needs(data = true, weights = false)))
    }
}
