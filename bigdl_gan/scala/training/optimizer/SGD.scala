package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning",
 * ICML 2013. As in PyTorch, the first momentum is the first gradient, undamped.
 */
private[gan] case class SGD(learningRate: Double, decay: Double, weightDecay: Double,
  momentum: Double, dampening: Double, nesterov: Boolean) extends Optimizer {
  private val hasMomentum = momentum != 0

  override def moments: Seq[String] = if (hasMomentum) Seq("dfdx") else Nil // dllib's name

  override def move(weights: Array[Float], gradients: Array[Float], count: Int,
    memory: Array[Array[Float]], step: Step): Unit = {
    val (length, shrink) = (rate(step).toFloat, weightDecay.toFloat)
    var i = 0
    while (i < count) {
      gradients(i) += shrink * weights(i)
      i += 1
    }
    if (hasMomentum) withMomentum(weights, gradients, count, memory(0), length, isFirst = step.done == 0)
    else moveBy(weights, gradients, count, length)
  }

  private def withMomentum(weights: Array[Float], gradients: Array[Float], count: Int,
    velocity: Array[Float], length: Float, isFirst: Boolean): Unit = {
    val keep = momentum.toFloat
    val take = if (isFirst) 1f else (1 - dampening).toFloat
    var i = 0
    while (i < count) {
      velocity(i) = keep * velocity(i) + take * gradients(i)
      i += 1
    }
    if (nesterov) {
      i = 0
      while (i < count) {
        gradients(i) += keep * velocity(i)
        i += 1
      }
      moveBy(weights, gradients, count, length)
    } else moveBy(weights, velocity, count, length)
  }

  private def moveBy(weights: Array[Float], direction: Array[Float], count: Int, length: Float): Unit = {
    var i = 0
    while (i < count) {
      weights(i) -= length * direction(i)
      i += 1
    }
  }
}
