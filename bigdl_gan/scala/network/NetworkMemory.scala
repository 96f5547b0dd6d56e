package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, NativeMemory, Workers}

/** A network's flat vectors: weights and gradients in native memory, running statistics on the heap. */
private[gan] final class NetworkMemory(context: DnnContext, spec: NetworkSpec) {
  val weights: Long = context.allocate(spec.weightCount * 4L)
  val gradients: Long = context.allocate(spec.weightCount * 4L)
  /** A second vector of gradients, zero where no pass writes. */
  lazy val extraGradients: Long = context.allocate(spec.weightCount * 4L)
  /** Gradients of a batch's earlier parts. */
  private lazy val keptGradients: Long = context.allocate(spec.weightCount * 4L)
  val state: Array[Float] = new Array[Float](spec.stateCount)

  /** Adds a second vector of gradients to the first. */
  def addGradients(from: Long, parallel: Workers): Unit = inPieces(parallel)((offset, count) =>
    NativeMemory.add(from + offset, gradients + offset, count))

  /** Keeps a copy of the gradients. */
  def keepGradients(parallel: Workers): Unit = inPieces(parallel)((offset, count) =>
    NativeMemory.copy(gradients + offset, keptGradients + offset, count))

  /** Adds the kept gradients to the present ones. */
  def addKeptGradients(parallel: Workers): Unit = addGradients(keptGradients, parallel)

  /** Calls `body` for ranges of the weights, with their offset in bytes and their number. */
  private def inPieces(parallel: Workers)(body: (Long, Int) => Unit): Unit = {
    val pieces = (spec.weightCount + NetworkMemory.Piece - 1) / NetworkMemory.Piece
    parallel.range(pieces) { i =>
      val first = i * NetworkMemory.Piece
      body(4L * first, math.min(NetworkMemory.Piece, spec.weightCount - first))
    }
  }
}

private object NetworkMemory {
  private val Piece = 1 << 14 // values that a thread takes at once
}
