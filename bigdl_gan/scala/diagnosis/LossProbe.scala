package com.intel.analytics.bigdl.dllib.gan.diagnosis

import com.intel.analytics.bigdl.dllib.gan.cluster.Alone
import com.intel.analytics.bigdl.dllib.gan.training.loss.{LeCam, Loss}
import com.intel.analytics.bigdl.dllib.gan.training.{Clock, Objective}
import org.json4s.JsonDSL._
import org.json4s.jackson.JsonMethods.{compact, render}

/** A loss on the caller's logits, for comparison with other implementations. */
private[gan] object LossProbe {
  /**
   * @param logits of real images, then of as many generated ones
   * @return JSON: each loss's value, and the derivatives of both networks' mean losses by the logits
   *         times the number of real images
   */
  def evaluate(loss: String, smoothing: Seq[Double], leCam: Double, logits: Seq[Double]): String = {
    val term = if (leCam > 0) Some(new LeCam(leCam, new Array[Float](LeCam.StateLength))) else None
    val objective =
      new Objective(Loss.of(loss, smoothing), term, logits.length / 2, parts = 1, Alone, new Clock)
    objective.evaluate(logits.map(_.toFloat).toArray, part = 0)
    val (found, slopes) = (objective.statistics, objective.slopes)
    compact(render(
      ("generator" -> found.generatorLoss) ~ ("discriminator" -> found.discriminatorLoss) ~
        ("probabilities" -> Seq(found.realProbability, found.fakeProbability)) ~
        ("accuracies" -> Seq(found.realAccuracy, found.fakeAccuracy)) ~
        ("generatorSlopes" -> slopes.generator.toSeq) ~
        ("discriminatorSlopes" -> slopes.discriminator.toSeq)))
  }
}
