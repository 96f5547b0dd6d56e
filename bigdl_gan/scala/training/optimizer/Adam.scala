package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * Source: Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015, Algorithm 1, with
 * epsilon added after the bias correction, as in PyTorch and Keras.
 */
private[gan] case class Adam(learningRate: Double, decay: Double, beta1: Double, beta2: Double,
  epsilon: Double) extends Optimizer {
  override def moments: Seq[String] = Seq("s", "r") // dllib's names for the first and the second

  override def move(weights: Array[Float], gradients: Array[Float], from: Int, count: Int,
    memory: Array[Array[Float]], first: Int, step: Step): Unit = {
    val (s, r) = (memory(0), memory(1))
    val (b1, b2, eps) = (beta1.toFloat, beta2.toFloat, epsilon.toFloat)
    val (c1, c2) = ((1 - beta1).toFloat, (1 - beta2).toFloat)
    val length = (rate(step) / (1 - math.pow(beta1, step.done + 1))).toFloat
    val scale = (1 / math.sqrt(1 - math.pow(beta2, step.done + 1))).toFloat
    var i = from
    val until = from + count
    while (i < until) {
      val g = gradients(i)
      val mean = b1 * s(i - first) + c1 * g
      val square = b2 * r(i - first) + c2 * g * g
      s(i - first) = mean
      r(i - first) = square
      weights(i) -= length * mean / (math.sqrt(square.toDouble).toFloat * scale + eps)
      i += 1
    }
  }
}
