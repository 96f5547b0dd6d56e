package com.intel.analytics.bigdl.dllib.gan.random

/** The dropout streams for both networks of a training. */
private[gan] final class DropoutStreams(seed: Long, firstSample: Int) {
  val generator = new DropoutStream(seed, 0, firstSample)
  val discriminator = new DropoutStream(seed, 1, firstSample)

  def begin(iteration: Int): Unit = {
    generator.begin(iteration)
    discriminator.begin(iteration)
  }
}
