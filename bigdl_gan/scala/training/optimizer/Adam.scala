package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * Source: Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015, Algorithm 1, with
 * epsilon added after the bias correction, as in PyTorch and Keras.
 */
private[gan] case class Adam(learningRate: Double, decay: Double, beta1: Double, beta2: Double,
  epsilon: Double) extends Optimizer {
  override def moments: Seq[String] = Seq("s", "r") // dllib's names for the first and the second

  /** Four loops, because in a single one Java's compiler would compute one value at a time. */
  override def move(weights: Array[Float], gradients: Array[Float], count: Int,
    memory: Array[Array[Float]], step: Step): Unit = {
    val (s, r) = (memory(0), memory(1))
    val (b1, b2, eps) = (beta1.toFloat, beta2.toFloat, epsilon.toFloat)
    val (c1, c2) = ((1 - beta1).toFloat, (1 - beta2).toFloat)
    val length = (rate(step) / (1 - math.pow(beta1, step.done + 1))).toFloat
    val scale = (1 / math.sqrt(1 - math.pow(beta2, step.done + 1))).toFloat
    var i = 0
    while (i < count) {
      s(i) = b1 * s(i) + c1 * gradients(i)
      i += 1
    }
    i = 0
    while (i < count) {
      r(i) = b2 * r(i) + c2 * gradients(i) * gradients(i)
      i += 1
    }
    Roots.write(r, gradients, count)
    i = 0
    while (i < count) {
      weights(i) -= length * s(i) / (gradients(i) * scale + eps)
      i += 1
    }
  }
}
