package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.model.{NetworkSpec, Node}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Pass, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream
import com.intel.analytics.bigdl.mkl.Memory

/** An operation, by its id, that takes a tensor as its input number `position`. */
private[gan] case class Consumer(id: Int, position: Int)

/** What a backward pass must give. */
private[gan] case class Needs(data: Boolean, weights: Boolean)

/**
 * The tensor between two operations, and the gradient with respect to it in the same layout.
 *
 * @param alias the edge whose memory this one shares, for operations that work in place
 */
private[gan] final class Edge(context: DnnContext, val shape: Array[Int], val batch: Int,
  alias: Option[Edge] = None) {
  private var blob: Option[Blob] = None
  private val slots = scala.collection.mutable.Map[Consumer, Blob]()

  /** Who takes this tensor; complete before any pass is recorded. */
  var consumers: Seq[Consumer] = Nil

  /** Whether the operation that writes this tensor needs its values for its gradients. */
  var isKept = false

  def data: Blob = blob.getOrElse(
    throw new IllegalStateException("This edge has no layout yet."))

  def setLayout(pd: Long): Unit = blob = Some(context.blobOf(pd))
  def setBlob(value: Blob): Unit = blob = Some(value)

  lazy val gradient: Blob =
    alias.map(other => data.at(other.gradient.pointer)).getOrElse(data.blank())

  /** Where a consumer writes its part of the gradient. */
  def slot(consumer: Consumer): Blob =
    if (consumers.length <= 1) gradient
    else slots.getOrElseUpdate(consumer, data.blank())

  /** Records the addition of the consumers' parts, where there are several. */
  def gather(pass: Pass, rows: Rows): Unit = if (consumers.length > 1) {
    pass.native(context.sum(consumers.map(slot(_).rows(rows)), gradient.rows(rows)))
  }
}

/** An operation of a compiled network: it records its passes, and never runs by itself. */
private[gan] trait Op {
  /** Records the computation of the output's `rows`. */
  def forward(pass: Pass, rows: Rows): Unit

  /** Records the gradients of the inputs' `rows`, and of the weights, from the output's. */
  def backward(pass: Pass, rows: Rows, needs: Needs): Unit

  /** Runs after new weights were loaded. */
  def weightsChanged(): Unit = ()

  /** Moves the running statistics towards those of the last forward pass over `rows`. */
  def updateState(rows: Rows): Unit = ()

  /** Whether the output's values are needed to compute this operation's gradients. */
  def keepsOutput: Boolean = false
}

/** What an operation knows of its place in the network. */
private[gan] final class Site(val context: DnnContext, val id: Int, val node: Node,
  val inputs: Array[Edge], val output: Edge, val memory: FlatMemory, val settings: Settings) {
  def input: Edge = inputs(0)
  def batch: Int = output.batch

  /** Where the gradient by an input goes. */
  def inputGradient(position: Int = 0): Blob = inputs(position).slot(Consumer(id, position))

  /** The rows of each group (images that one batch norm sees together) within `rows`. */
  def groupsIn(rows: Rows): Seq[Rows] = {
    val size = batch / settings.groups
    (rows.first until rows.first + rows.count by size).map(Rows(_, size))
  }

  /** `have` itself, or a copy of it in the layout `want`, refreshed within `pass`. */
  def inLayout(pass: Pass, have: Blob, want: Long): Blob =
    if (have.sameLayout(want)) have
    else {
      val copy = context.blobOf(want)
      pass.native(context.reorder(have, copy))
      copy
    }

  /** Records `write` into `target`, by way of a copy where the layouts differ. */
  def into(pass: Pass, have: Long, target: Blob)(write: Blob => Unit): Unit =
    if (target.sameLayout(have)) write(target)
    else {
      val copy = context.blobOf(have)
      write(copy)
      pass.native(context.reorder(copy, target))
    }

  /** Weights from this node's share of the flat vector, as a tensor of plain layout. */
  def weights(dims: Array[Int], format: Int, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.weights + (node.weightOffset + offset) * 4L)

  def gradients(dims: Array[Int], format: Int, offset: Int = 0): Blob =
    context.blobAt(dims, format, memory.gradients + (node.weightOffset + offset) * 4L)
}

/** A network's flat vectors: weights and gradients in native memory, running statistics on the heap. */
private[gan] final class FlatMemory(context: DnnContext, spec: NetworkSpec) {
  val weights: Long = context.allocate(spec.weightCount * 4L)
  val gradients: Long = context.allocate(spec.weightCount * 4L)
  val state: Array[Float] = new Array[Float](spec.stateCount)
}

/**
 * How a network is compiled.
 *
 * @param groups     how many groups of samples a batch consists of; no layer mixes two of them
 * @param training   batch statistics, dropout and backward passes, or running statistics only
 * @param dropout    the random stream of the dropout masks
 * @param parallel   runs loops that are written in Scala
 */
private[gan] final case class Settings(groups: Int, training: Boolean, dropout: DropoutStream,
  parallel: Workers)

/** Reordered copies of one weight tensor, each in the layout of some primitive. */
private[gan] final class WeightLayouts(context: DnnContext, plain: Blob) {
  private val copies = scala.collection.mutable.ArrayBuffer[(Blob, Pass)]()

  def in(want: Long): Blob =
    if (plain.sameLayout(want)) plain
    else {
      copies.find(_._1.sameLayout(want)).map(_._1).getOrElse {
        val copy = context.blobOf(want)
        val pass = new Pass(context)
        pass.native(context.reorder(plain, copy))
        pass.run()
        copies += ((copy, pass))
        copy
      }
    }

  def refresh(): Unit = copies.foreach(_._2.run())
}

private[gan] object Layout {
  /** Channels that lie next to each other: 16 in nChw16c, 1 in nchw and nc. */
  def channelBlock(format: Int): Int = format match {
    case Memory.Format.nChw16c => 16
    case Memory.Format.nChw8c => 8
    case Memory.Format.nchw | Memory.Format.nc => 1
    case other => throw new IllegalStateException(s"No loop is written for MKL-DNN format $other.")
  }

  /** The axes that a tensor of this shape has for MKL-DNN: (N, C, H, W), or else (N, F). */
  def dims(batch: Int, shape: Array[Int]): Array[Int] =
    if (shape.length == 3) batch +: shape else Array(batch, shape.product)

  def plain(shape: Array[Int]): Int =
    if (shape.length == 3) Memory.Format.nchw else Memory.Format.nc
}
