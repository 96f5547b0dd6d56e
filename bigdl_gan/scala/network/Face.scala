package com.intel.analytics.bigdl.dllib.gan.network

/** What an edge holds for each value of its tensor. A penalty needs the last two. */
private[gan] sealed trait Face

private[gan] object Face {
  /** The value itself. */
  case object Value extends Face

  /** The derivative by the value, from the last backward pass. */
  case object Gradient extends Face

  /** The value's derivative along a direction of the network's input. */
  case object Tangent extends Face

  /** The derivative by the value, from a second backward pass that leaves the first's in place. */
  case object Adjoint extends Face
}
