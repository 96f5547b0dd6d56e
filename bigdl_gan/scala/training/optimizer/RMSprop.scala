package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/** Source: Tieleman and Hinton, "Lecture 6.5: RMSprop", Coursera 2012. */
private[gan] case class RMSprop(learningRate: Double, decay: Double, decayRate: Double,
  epsilon: Double) extends Optimizer {
  override def moments: Seq[String] = Seq("sumSquare") // dllib's name

  override def move(weights: Array[Float], gradients: Array[Float], count: Int,
    memory: Array[Array[Float]], step: Step): Unit = {
    val squares = memory(0)
    val (keep, take) = (decayRate.toFloat, (1 - decayRate).toFloat)
    val (length, eps) = (rate(step).toFloat, epsilon.toFloat)
    var i = 0
    while (i < count) {
      squares(i) = keep * squares(i) + take * gradients(i) * gradients(i)
      i += 1
    }
    i = 0
    while (i < count) {
      weights(i) -= length * gradients(i) / (math.sqrt(squares(i).toDouble).toFloat + eps)
      i += 1
    }
  }
}
