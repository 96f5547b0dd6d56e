package com.intel.analytics.bigdl.dllib.gan.training

/** The order of draws, passes and optimiser steps in one update. */
private[gan] trait UpdateRule {
  def update(iteration: Int, source: BatchSource): Unit
}

private[gan] object UpdateRule {
  /** @param criticUpdates 0 for the simultaneous rule */
  def of(criticUpdates: Int, players: Players, objective: Objective, learners: Learners,
    clock: Clock): UpdateRule =
    if (criticUpdates == 0) new Simultaneous(players, objective, learners, clock)
    else new Alternating(players, objective, learners, clock, criticUpdates)
}
