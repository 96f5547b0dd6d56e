package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * An optimiser that treats each weight separately, so that any part of a vector can move alone.
 *
 * Its formulas are PyTorch's. Its learning rate after n updates is learningRate / (1 + n decay), times
 * the factor of a schedule.
 */
private[gan] trait Optimizer extends Serializable {
  def learningRate: Double
  def decay: Double

  /** Names of what it remembers for each weight, in the order for `move`; all begin at zero. */
  def moments: Seq[String]

  /**
   * Moves the first `count` weights.
   *
   * @param gradients the weights', with the same indices; may be overwritten
   * @param memory    the moments, with the same indices
   */
  def move(weights: Array[Float], gradients: Array[Float], count: Int, memory: Array[Array[Float]],
    step: Step): Unit

  protected final def rate(step: Step): Double =
    learningRate / (1 + step.done * decay) * step.factor
}

private[gan] object Optimizer {
  /** The optimiser of a kind; `number` gives its settings by name. */
  def of(kind: String, number: String => Double): Optimizer = kind match {
    case "adam" => Adam(number("learningRate"), number("decay"), number("beta1"), number("beta2"),
      number("epsilon"))
    case "rmsprop" => RMSprop(number("learningRate"), number("decay"), number("decayRate"),
      number("epsilon"))
    case "sgd" => SGD(number("learningRate"), number("decay"), number("weightDecay"),
      number("momentum"), number("dampening"), number("nesterov") != 0)
  }
}
