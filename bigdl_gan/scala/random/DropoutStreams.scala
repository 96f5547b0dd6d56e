package com.intel.analytics.bigdl.dllib.gan.random

/**
 * The dropout streams for both networks of a training.
 *
 * @param firstSample of this replica, among a batch's samples
 */
private[gan] final class DropoutStreams(seed: Long, val firstSample: Int) {
  val generator = new DropoutStream(seed, 0, firstSample)
  val discriminator = new DropoutStream(seed, 1, firstSample)

  def take(part: BatchPart): Unit = {
    generator.take(part)
    discriminator.take(part)
  }

  def begin(iteration: Int): Unit = {
    generator.begin(iteration)
    discriminator.begin(iteration)
  }
}
