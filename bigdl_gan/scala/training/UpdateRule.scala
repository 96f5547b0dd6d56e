package com.intel.analytics.bigdl.dllib.gan.training

/**
 * What happens in one update: the order of passes, draws and optimiser steps.
 *
 * @param criticUpdates 0 for the simultaneous rule; else that many discriminator updates before
 *                      each of the generator
 */
private[gan] final class UpdateRule(step: AdversarialStep, generator: Trainee,
  discriminator: Trainee, streams: AdversarialStep.Streams, criticUpdates: Int, clock: Clock) {
  private val draws = math.max(1, criticUpdates)

  def run(iteration: Int, source: BatchSource): Unit = {
    streams.begin(iteration)
    if (criticUpdates == 0) {
      draw(iteration, source)
      clock.time(Clock.Compute)(step.simultaneous())
      discriminator.update(clock)
      generator.update(clock)
    } else {
      for (critic <- 0 until criticUpdates) {
        draw(iteration * draws + critic, source)
        clock.time(Clock.Compute)(step.discriminatorPhase())
        discriminator.update(clock)
      }
      clock.time(Clock.Compute)(step.generatorPhase())
      generator.update(clock)
    }
  }

  private def draw(number: Int, source: BatchSource): Unit = clock.time(Clock.Decode) {
    source.reals(number, step.realInput)
    source.latents(number, step.latentInput)
  }
}
