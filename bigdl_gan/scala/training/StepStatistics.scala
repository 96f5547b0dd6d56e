package com.intel.analytics.bigdl.dllib.gan.training

/** Statistics of one pass through both networks, as means over the batch. */
private[gan] final class StepStatistics {
  var generatorLoss, discriminatorLoss = 0.0
  var realProbability, fakeProbability = 0.0
  var realAccuracy, fakeAccuracy = 0.0

  /** Of the penalties: `PenaltyStatistics.Names`; NaN where there is none in this update. */
  val penalties: PenaltyStatistics = new PenaltyStatistics
}
