package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/** Source: Tieleman and Hinton, "Lecture 6.5: RMSprop", Coursera 2012. */
private[gan] case class RMSprop(learningRate: Double, decay: Double, decayRate: Double,
  epsilon: Double) extends Optimizer {
  override def moments: Seq[String] = Seq("sumSquare") // dllib's name

  override def move(weights: Array[Float], gradients: Array[Float], from: Int, count: Int,
    memory: Array[Array[Float]], first: Int, step: Step): Unit = {
    val squares = memory(0)
    val (keep, take) = (decayRate.toFloat, (1 - decayRate).toFloat)
    val (length, eps) = (rate(step).toFloat, epsilon.toFloat)
    var i = from
    val until = from + count
    while (i < until) {
      val g = gradients(i)
      val square = keep * squares(i - first) + take * g * g
      squares(i - first) = square
      weights(i) -= length * g / (math.sqrt(square.toDouble).toFloat + eps)
      i += 1
    }
  }
}
