package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}

/**
 * Which products make the weights' gradients, and where they go.
 *
 * @param source of the inputs: Value or Tangent
 * @param top    of the output: Gradient or Adjoint
 * @param biases whether biases get gradients too
 * @param extra  whether to write to the network's second vector of gradients
 */
private[gan] case class WeightSweep(source: Face, top: Face, biases: Boolean, extra: Boolean)

private[gan] object WeightSweep {
  val Ordinary: WeightSweep = WeightSweep(Face.Value, Face.Gradient, biases = true, extra = false)
}

/**
 * An operation whose input gradient can be differentiated again: its backward pass has two halves,
 * and it can run on tangents. Let J be the derivative of its output by its input.
 */
private[gan] trait TwiceOp extends Op {
  /** Records the data half of a backward pass: J's transpose times the output's `face`. */
  def data(pass: Pass, rows: Rows, face: Face): Unit

  /** Records the weights half of a backward pass. */
  def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = ()

  /** Whether `weights` does anything. */
  def hasWeights: Boolean = false

  /**
   * Records the biases' gradients: the sum of the output's gradients over samples, each times its
   * sample's factor.
   *
   * @param factors for every sample of the batch; read when the pass runs
   */
  def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit = ()

  /** Records J times the inputs' tangents, without biases. */
  def tangent(pass: Pass, rows: Rows): Unit

  /**
   * Records the addition, to the inputs' adjoints, of the derivative of the output's gradient times J
   * times the inputs' tangents, by the inputs' values. It is zero if the layer is piecewise linear.
   */
  def curvature(pass: Pass, rows: Rows): Unit = ()

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    if (needs.weights) weights(pass, rows, WeightSweep.Ordinary)
    if (needs.data) data(pass, rows, Face.Gradient)
  }
}

/** A linear operation without weights or biases treats tangents as it treats values. */
private[gan] trait LinearOp extends TwiceOp {
  protected def apply(pass: Pass, rows: Rows, face: Face): Unit

  final override def forward(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Value)
  final override def tangent(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Tangent)
}
