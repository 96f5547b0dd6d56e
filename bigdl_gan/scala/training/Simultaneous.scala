package com.intel.analytics.bigdl.dllib.gan.training

/** Both networks learn from the same images. */
private[gan] final class Simultaneous(players: Players, objective: Objective, learners: Learners,
  clock: Clock) extends UpdateRule {
  override def update(iteration: Int, source: BatchSource): Unit = {
    players.begin(iteration)
    clock.time(Clock.Decode)(players.load(source, iteration))
    clock.time(Clock.Compute)(players.eachPart { part =>
      players.generate()
      objective.evaluate(players.judgeAll(), part)
      players.backwardBoth(objective.slopes)
    })
    learners.discriminator.update(clock)
    learners.generator.update(clock)
  }
}
