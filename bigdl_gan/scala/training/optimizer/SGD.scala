package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning",
 * ICML 2013. As in PyTorch, the first momentum is the first gradient, undamped.
 */
private[gan] case class SGD(learningRate: Double, decay: Double, weightDecay: Double,
  momentum: Double, dampening: Double, nesterov: Boolean) extends Optimizer {
  private val hasMomentum = momentum != 0

  override def moments: Seq[String] = if (hasMomentum) Seq("dfdx") else Nil // dllib's name

  override def move(weights: Array[Float], gradients: Array[Float], from: Int, count: Int,
    memory: Array[Array[Float]], first: Int, step: Step): Unit = {
    val (length, shrink, keep) = (rate(step).toFloat, weightDecay.toFloat, momentum.toFloat)
    val take = if (step.done == 0) 1f else (1 - dampening).toFloat
    val velocity = if (hasMomentum) memory(0) else Array.empty[Float]
    var i = from
    while (i < from + count) {
      val g = gradients(i) + shrink * weights(i)
      weights(i) -= length * (if (hasMomentum) {
        val v = keep * velocity(i - first) + take * g
        velocity(i - first) = v
        if (nesterov) g + keep * v else v
      } else g)
      i += 1
    }
  }
}
