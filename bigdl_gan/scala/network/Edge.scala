package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Pass, Rows}

/** An operation, by its id, that takes a tensor as its input number `position`. */
private[gan] case class Consumer(id: Int, position: Int)

/**
 * The tensor between two operations, and the gradient with respect to it in the same layout.
 *
 * @param alias the edge whose memory this one shares, for operations that work in place
 */
private[gan] final class Edge(context: DnnContext, val shape: Array[Int], val batch: Int,
  alias: Option[Edge] = None) {
  private var blob: Option[Blob] = None
  val isInPlace: Boolean = alias.isDefined
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
