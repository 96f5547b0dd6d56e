package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}

/** Which gradients a backward pass must give. */
private[gan] case class Needs(data: Boolean, weights: Boolean)

/** An operation in a compiled network. It records passes, and never runs by itself. */
private[gan] trait Op {
  /** Records how to compute the output's `rows`. */
  def forward(pass: Pass, rows: Rows): Unit

  /** Records how to compute gradients of the inputs' `rows` and the weights from the output's. */
  def backward(pass: Pass, rows: Rows, needs: Needs): Unit

  /** Called after new weights are loaded. */
  def weightsChanged(): Unit = ()

  /** Moves the running statistics towards those of the last forward pass, over `rows`. */
  def updateState(rows: Rows): Unit = ()

  /** Whether this operation needs its output's values for its gradients. */
  def keepsOutput: Boolean = false
}
