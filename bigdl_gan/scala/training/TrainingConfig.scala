package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.network.NetworkSpec
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.Optimizer
import org.json4s.jackson.JsonMethods.parse
import org.json4s.{DefaultFormats, Formats, JValue}

/**
 * What every replica of a training is told.
 *
 * @param batch         images per update on one executor
 * @param criticUpdates 0 for the simultaneous rule
 * @param flip          whether images are mirrored at random
 */
private[gan] case class TrainingConfig(generator: NetworkSpec, discriminator: NetworkSpec,
  generatorOptimizer: Optimizer, discriminatorOptimizer: Optimizer, loss: String, batch: Int,
  criticUpdates: Int, seed: Long, flip: Boolean) extends Serializable

private[gan] object TrainingConfig {
  private implicit val formats: Formats = DefaultFormats

  /**
   * @param plan what Python's `params/plan.py` writes, JSON
   * @param replicas that share a batch
   */
  def of(plan: String, replicas: Int, generator: NetworkSpec, discriminator: NetworkSpec)
  : TrainingConfig = {
    val json = parse(plan)
    def optimizer(role: String) = TrainingConfig.optimizer(json \ "optimizers" \ role)
    TrainingConfig(generator, discriminator, optimizer("generator"), optimizer("discriminator"),
      (json \ "loss").extract[String], (json \ "batchSize").extract[Int] / replicas,
      (json \ "criticUpdates").extract[Int], (json \ "seed").extract[Long],
      (json \ "randomFlip").extract[Boolean])
  }

  // Numbers are texts there: JSON knows neither infinity nor NaN.
  private def optimizer(json: JValue): Optimizer =
    Optimizer.of((json \ "kind").extract[String], name => (json \ name).extract[String].toDouble)
}
