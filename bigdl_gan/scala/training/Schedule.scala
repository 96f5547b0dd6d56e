package com.intel.analytics.bigdl.dllib.gan.training

/**
 * A factor for a setting, such as a learning rate: a pure function of the update, so that a resumed
 * training continues it exactly.
 *
 * It ends at an update of its own, whatever the training's last one is, and keeps its last factor.
 */
private[gan] sealed trait Schedule extends Serializable {
  /** @param update the generator's updates before this one */
  def apply(update: Int): Double
}

private[gan] object Schedule {
  case class Constant(factor: Double) extends Schedule {
    override def apply(update: Int): Double = factor
  }

  /** From 1 to `alpha` in a straight line, in the updates `begin until begin + steps`. */
  case class Linear(begin: Int, steps: Int, alpha: Double) extends Schedule {
    override def apply(update: Int): Double = 1 + (alpha - 1) * progress(update, begin, steps)
  }

  /**
   * From 1 to `alpha` along half a cosine. Source: Loshchilov and Hutter, "SGDR", ICLR 2017, equation
   * 5, without restarts.
   */
  case class Cosine(begin: Int, steps: Int, alpha: Double) extends Schedule {
    override def apply(update: Int): Double =
      alpha + (1 - alpha) * (1 + math.cos(math.Pi * progress(update, begin, steps))) / 2
  }

  /** `factors(i)` after `boundaries(i - 1)` updates, until `boundaries(i)` are done. */
  case class Steps(boundaries: Seq[Int], factors: Seq[Double]) extends Schedule {
    override def apply(update: Int): Double = factors(boundaries.count(_ <= update))
  }

  /** Rises in equal steps to the first factor of `next`, which begins after these steps. */
  case class Warmup(steps: Int, next: Schedule) extends Schedule {
    override def apply(update: Int): Double =
      if (update < steps) next(0) * (update + 1) / steps else next(update - steps)
  }

  private def progress(update: Int, begin: Int, steps: Int): Double =
    math.max(0.0, math.min(1.0, (update.toDouble - begin) / steps))

  /** @param section from Python's `params/schedules.py` */
  def of(section: TrainingConfig.Section): Schedule = section.value[String]("kind") match {
    case "constant" => Constant(section.value[Double]("factor"))
    case "linear" => Linear(section.value[Int]("begin"), section.value[Int]("decay_steps"),
      section.value[Double]("alpha"))
    case "cosine" => Cosine(section.value[Int]("begin"), section.value[Int]("decay_steps"),
      section.value[Double]("alpha"))
    case "steps" =>
      Steps(section.value[List[Int]]("boundaries"), section.value[List[Double]]("factors"))
    case "warmup" => Warmup(section.value[Int]("warmup_steps"), section.section("then")(of))
  }
}
