package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.training.loss.Loss

/**
 * What both networks minimise: turns the logits of a pass through the discriminator into losses,
 * their derivatives and an update's other statistics. Real images come first, then generated ones.
 */
private[gan] final class Objective(loss: Loss, batch: Int) {
  val slopes = new Slopes(batch)
  val statistics = new StepStatistics

  /** @param logits of a pass over real and generated images */
  def evaluate(logits: Array[Float]): Unit = {
    statistics.discriminatorLoss = mean(logits, 0, loss.real) + mean(logits, batch, loss.fake)
    statistics.realProbability = mean(logits, 0, Loss.sigmoid)
    statistics.fakeProbability = mean(logits, batch, Loss.sigmoid)
    statistics.realAccuracy = mean(logits, 0, logit => if (logit > 0) 1.0 else 0.0)
    statistics.fakeAccuracy = mean(logits, batch, logit => if (logit < 0) 1.0 else 0.0)
    derive(logits, 0, loss.realGradient, slopes.discriminator, 0)
    derive(logits, batch, loss.fakeGradient, slopes.discriminator, batch)
    evaluateFakes(logits)
  }

  /** Takes the logits of a pass over generated images alone; ignores those of real images. */
  def evaluateFakes(logits: Array[Float]): Unit = {
    statistics.generatorLoss = mean(logits, batch, loss.generator)
    derive(logits, batch, loss.generatorGradient, slopes.generator, 0)
  }

  private def mean(logits: Array[Float], first: Int, value: Double => Double): Double = {
    var sum = 0.0
    var i = first
    while (i < first + batch) {
      sum += value(logits(i))
      i += 1
    }
    sum / batch
  }

  private def derive(logits: Array[Float], first: Int, derivative: Double => Double,
    to: Array[Double], at: Int): Unit = {
    var i = 0
    while (i < batch) {
      to(at + i) = derivative(logits(first + i))
      i += 1
    }
  }
}
