package com.intel.analytics.bigdl.dllib.gan.training.optimizer

/**
 * An optimiser that treats every weight by itself, so that any part of a vector can be moved alone.
 *
 * Its formulas are PyTorch's. Its learning rate after n updates is learningRate / (1 + n decay).
 */
private[gan] trait Optimizer extends Serializable {
  def learningRate: Double
  def decay: Double

  /** What it remembers of each weight, in the order in which `move` takes them; all begin at zero. */
  def moments: Seq[String]

  /**
   * Moves `weights(from until from + count)`.
   *
   * @param gradients of the weights, with the same indices
   * @param memory    the moments' vectors, whose first value belongs to weight `first`
   * @param done      updates before this one
   */
  def move(weights: Array[Float], gradients: Array[Float], from: Int, count: Int,
    memory: Array[Array[Float]], first: Int, done: Int): Unit

  protected final def rate(done: Int): Double = learningRate / (1 + done * decay)
}

private[gan] object Optimizer {
  /** The one of a kind, by the names of its numbers. */
  def of(kind: String, number: String => Double): Optimizer = kind match {
    case "adam" => Adam(number("learningRate"), number("decay"), number("beta1"), number("beta2"),
      number("epsilon"))
    case "rmsprop" => RMSprop(number("learningRate"), number("decay"), number("decayRate"),
      number("epsilon"))
    case "sgd" => SGD(number("learningRate"), number("decay"), number("weightDecay"),
      number("momentum"), number("dampening"), number("nesterov") != 0)
  }
}
