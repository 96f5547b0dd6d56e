package com.intel.analytics.bigdl.dllib.gan.native

/** A function of each value x. */
private[gan] sealed trait Elementwise extends Serializable

private[gan] object Elementwise {
  /** x, or slope x if x is negative. */
  final case class Relu(slope: Float) extends Elementwise

  case object Tanh extends Elementwise
  case object Sigmoid extends Elementwise

  /** log(1 + exp x). */
  case object Softplus extends Elementwise

  /** x, or alpha (exp x - 1) if x is negative. */
  final case class Elu(alpha: Float) extends Elementwise

  /** factor x. */
  final case class Times(factor: Float) extends Elementwise
}
