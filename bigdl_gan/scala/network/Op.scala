package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}

/** What a backward pass must give. */
private[gan] case class Needs(data: Boolean, weights: Boolean)

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
