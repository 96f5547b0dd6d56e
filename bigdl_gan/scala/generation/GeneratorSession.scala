package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.native.TaskSession
import com.intel.analytics.bigdl.dllib.gan.network.TrainedNetwork

/** A generator for one task. */
private[gan] final class GeneratorSession(session: TaskSession[CompiledGenerator]) {
  /**
   * The images for a full batch of latents (batch, F): (batch, C, H, W), RGB, [-1, 1].
   *
   * @param labels (batch, labels), or none if the generator takes none
   */
  def images(latents: Array[Float], labels: Array[Float]): Array[Float] =
    session(_.images(latents, labels))

  /** The latents' gradient from the gradient of the images that were made last. */
  def latentGradient(imageGradient: Array[Float]): Array[Float] =
    session(_.latentGradient(imageGradient))
}

private[gan] object GeneratorSession {
  /** A session that closes when the current task ends. */
  def ofTask(generator: TrainedNetwork, batch: Int, engine: String): GeneratorSession =
    new GeneratorSession(TaskSession.ofTask(new CompiledGenerator(generator, batch, engine)))
}
