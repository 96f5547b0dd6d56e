package com.intel.analytics.bigdl.dllib.gan.training

/**
 * The discriminator learns first. Then the generator learns, on the images that it generated last.
 *
 * @param criticUpdates the discriminator's updates before each of the generator's; each has its own
 *                      images
 */
private[gan] final class Alternating(players: Players, objective: Objective, learners: Learners,
  clock: Clock, criticUpdates: Int) extends UpdateRule {
  override def update(iteration: Int, source: BatchSource): Unit = {
    players.begin(iteration)
    for (critic <- 0 until criticUpdates) {
      clock.time(Clock.Decode)(players.load(source, iteration * criticUpdates + critic))
      clock.time(Clock.Compute)(players.eachPart { part =>
        players.generate()
        objective.evaluate(players.judgeAll(), part)
        players.backwardDiscriminator(objective.slopes)
      })
      learners.discriminator.update(clock)
    }
    clock.time(Clock.Compute)(players.eachPart { part =>
      players.generateAgain()
      objective.evaluateGenerator(
        if (objective.generatorSeesReal) players.judgeBoth() else players.judgeFakes(), part)
      players.backwardGenerator(objective.slopes)
    })
    learners.generator.update(clock)
  }
}
