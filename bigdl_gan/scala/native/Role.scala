package com.intel.analytics.bigdl.dllib.gan.native

/** What a tensor is to an operation. */
private[gan] sealed trait Role

private[gan] object Role {
  case object Source extends Role
  case object SourceGradient extends Role
  case object Weights extends Role
  case object WeightsGradient extends Role
  case object Bias extends Role
  case object BiasGradient extends Role
  case object Output extends Role
  case object OutputGradient extends Role

  /** What a forward operation leaves for its gradient. */
  case object Workspace extends Role

  case object Mean extends Role
  case object Variance extends Role
  case object Scale extends Role
  case object ScaleGradient extends Role
  case object Shift extends Role
  case object ShiftGradient extends Role
}
