package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, Pass, Rows}

/** Identifies an operation that takes a tensor as its input number `position`. */
private[gan] case class Consumer(id: Int, position: Int)

/**
 * The tensor between two operations, and its gradient in the same layout.
 *
 * @param alias the edge whose memory this one shares, if the operation works in place
 */
private[gan] final class Edge(context: DnnContext, val shape: Array[Int], val batch: Int,
  alias: Option[Edge] = None) {
  private var blob: Option[Blob] = None
  val isInPlace: Boolean = alias.isDefined
  private val slots = scala.collection.mutable.Map[(Consumer, Face), Blob]()

  /** The operations that take this tensor; complete before any pass is recorded. */
  var consumers: Seq[Consumer] = Nil

  /** Whether the operation that writes this tensor needs its values for the gradients. */
  var isKept = false

  def data: Blob = blob.getOrElse(
    throw new IllegalStateException("This edge has no layout yet."))

  def setLayout(layout: Layout): Unit = blob = Some(context.blobOf(layout))
  def setBlob(value: Blob): Unit = blob = Some(value)

  lazy val gradient: Blob = beside(_.gradient)
  private lazy val tangent: Blob = beside(_.tangent)
  private lazy val adjoint: Blob = beside(_.adjoint)

  private def beside(of: Edge => Blob): Blob =
    alias.map(other => data.at(of(other).pointer)).getOrElse(data.blank())

  def face(face: Face): Blob = face match {
    case Face.Value => data
    case Face.Gradient => gradient
    case Face.Tangent => tangent
    case Face.Adjoint => adjoint
  }

  /** Where a consumer writes its part of the gradient, or of the adjoint. */
  def slot(consumer: Consumer, face: Face = Face.Gradient): Blob =
    if (consumers.length <= 1) this.face(face)
    else slots.getOrElseUpdate((consumer, face), data.blank())

  /** Records the sum of the consumers' parts, if there are several. */
  def gather(pass: Pass, rows: Rows, face: Face = Face.Gradient): Unit = if (consumers.length > 1) {
    pass.native(context.sum(consumers.map(slot(_, face).rows(rows)), this.face(face).rows(rows)))
  }
}
