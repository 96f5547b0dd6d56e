package com.intel.analytics.bigdl.dllib.gan.network

/** How a layer's output depends on its input: what a penalty on the input's gradient must know. */
private[gan] sealed abstract class Dependence(val word: String)

private[gan] object Dependence {
  /** The same linear map for all inputs, apart from a constant. */
  case object Linear extends Dependence("linear")

  /** Such a map in each of some regions, so that second derivatives are zero. */
  case object PiecewiseLinear extends Dependence("piecewise linear")

  /** It has second derivatives, and its operation knows them (`TwiceOp.curvature`). */
  case object Smooth extends Dependence("smooth")

  /** Unknown, so a penalty refuses the layer. */
  case object Opaque extends Dependence("opaque")
}
