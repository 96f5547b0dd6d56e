package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.Query

/** The ends of primitives, by the names used here. */
private[gan] object End {
  val Source: Int = Query.SrcPd
  val SourceGradient: Int = Query.DiffSrcPd
  val Weights: Int = Query.WeightsPd
  val WeightsGradient: Int = Query.DiffWeightsPd
  val Output: Int = Query.DstPd
  val OutputGradient: Int = Query.DiffDstPd
  val Workspace: Int = Query.WorkspacePd
}
