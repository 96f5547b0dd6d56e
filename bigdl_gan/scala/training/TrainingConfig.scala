package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.data.LabelCode
import com.intel.analytics.bigdl.dllib.gan.network.{FlatOrder, NetworkSpec}
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Averaging, Optimizer}
import org.json4s.jackson.JsonMethods.parse
import org.json4s.{DefaultFormats, Formats, JNull, JObject, JValue}

/**
 * A training's settings, for every replica.
 *
 * @param batch         images per update on one executor
 * @param criticUpdates 0 for the simultaneous rule
 * @param flip          whether to flip images at random
 * @param labelSmoothing how far the labels of real and of generated images lie from 1 and 0
 * @param leCam         the weight of `LeCam`; 0 for none
 * @param penalties     on the discriminator's gradient by its images
 * @param labels        how images' labels are kept
 * @param isBalanced    whether to draw all classes equally often
 * @param augment       the transforms through which the discriminator sees images: see `Augmentation`
 * @param microBatches  in how many equal parts an executor runs its images, one after the other
 * @param engine        a name: see `Engines.of`
 * @param order         of the flat vectors on all replicas
 */
private[gan] case class TrainingConfig(generator: NetworkSpec, discriminator: NetworkSpec,
  generatorDescent: Descent, discriminatorDescent: Descent, loss: String, batch: Int,
  criticUpdates: Int, seed: Long, flip: Boolean,
  labelSmoothing: Seq[Double], leCam: Double, penalties: PenaltyRules, labels: LabelCode,
  isBalanced: Boolean, augment: Seq[String], microBatches: Int, engine: String,
  order: FlatOrder = FlatOrder.Plain)
  extends Serializable

private[gan] object TrainingConfig {
  /**
   * @param plan     JSON from Python's `params/plan.py`; it may have no other keys
   * @param replicas how many share a batch
   */
  def of(plan: String, replicas: Int, generator: NetworkSpec, discriminator: NetworkSpec)
  : TrainingConfig = Section.read("plan", parse(plan)) { plan =>
    val (batch, critics) = (plan.value[Int]("batchSize"), plan.value[Int]("criticUpdates"))
    val (generators, discriminators) = descents(plan, batch * math.max(critics, 1))
    val (code, isBalanced) = plan.optionalSection("labels")(labels).getOrElse((LabelCode.None, false))
    val (own, parts) = (batch / replicas, plan.optional[Int]("microBatches").getOrElse(1))
    if (parts < 1 || own % parts != 0) {
      throw new IllegalArgumentException("`microBatches` must divide an executor's images in an update " +
        s"($own). Received: microBatches=$parts.")
    }
    TrainingConfig(generator, discriminator, generators, discriminators, plan.value[String]("loss"),
      own, critics, plan.value[Long]("seed"), plan.value[Boolean]("randomFlip"),
      plan.value[List[Double]]("labelSmoothing"), plan.value[Double]("leCam"),
      plan.optionalSection("penalties")(penalties).getOrElse(PenaltyRules.None), code, isBalanced,
      plan.optional[String]("augment").toSeq.flatMap(_.split(',')), parts,
      plan.value[String]("engine"))
  }

  /** The generator's and the discriminator's. */
  private def descents(plan: Section, imagesPerUpdate: Int): (Descent, Descent) = {
    val optimizers = plan.section("optimizers")(both =>
      (both.section("generator")(optimizer), both.section("discriminator")(optimizer)))
    val (norm, value) = (plan.option("clipNorm"), plan.option("clipValue"))
    val isFirst = plan.section("initial") { initial =>
      initial.value[Boolean]("moments") // the state has them
      !initial.has("model")
    }
    val averaging = Some(Averaging(plan.value[Double]("emaHalfLife"), imagesPerUpdate, isRamped = isFirst))
      .filter(_.halfLife > 0)
    (Descent(optimizers._1, plan.section("generatorSchedule")(Schedule.of), norm, value, None, averaging),
      Descent(optimizers._2, plan.section("discriminatorSchedule")(Schedule.of), norm, value,
        plan.option("clipWeights"), None))
  }

  /** How labels are kept, and whether batches are balanced. */
  private def labels(rules: Section): (LabelCode, Boolean) =
    (LabelCode(rules.value[Int]("count"), rules.value[Boolean]("isOneHot")), rules.value[Boolean]("balanceClasses"))

  private def penalties(rules: Section): PenaltyRules = PenaltyRules(rules.value[Double]("r1"),
    rules.value[Double]("r2"), rules.value[Double]("gradientPenalty"),
    rules.value[Double]("gradientPenaltyCenter"), rules.value[Int]("penaltyInterval"),
    rules.value[Double]("penaltyShare"), rules.section("penaltySchedule")(Schedule.of))

  // The plan's numbers are strings, because JSON has neither infinity nor NaN.
  private def optimizer(rule: Section): Optimizer =
    Optimizer.of(rule.value[String]("kind"), rule.value[String](_).toDouble)

  /** An object in the plan. All its keys must be read, so that none is silently ignored. */
  final class Section private[TrainingConfig](name: String, values: Map[String, JValue]) {
    private implicit val formats: Formats = DefaultFormats
    private[TrainingConfig] var unread: Set[String] = values.keySet

    private def take(key: String): JValue = {
      unread -= key
      values.getOrElse(key, throw new IllegalArgumentException(
        s"A training's plan must have $name.$key. " +
          s"Received: ${values.keys.toSeq.sorted.mkString(", ")}."))
    }

    def value[A: Manifest](key: String): A = take(key).extract[A]

    /** A number, or none if it is null. */
    def option(key: String): Option[Double] = if (has(key)) Some(value[Double](key)) else None

    /** Whether a value is not null. */
    def has(key: String): Boolean = take(key) != JNull

    /** A value, or none if there is no such key. */
    def optional[A: Manifest](key: String): Option[A] =
      if (values.contains(key)) Some(value[A](key)) else None

    /** The same for an object. */
    def optionalSection[A](key: String)(use: Section => A): Option[A] =
      if (values.contains(key)) Some(section(key)(use)) else None

    def section[A](key: String)(use: Section => A): A = Section.read(s"$name.$key", take(key))(use)
  }

  private object Section {
    def read[A](name: String, json: JValue)(use: Section => A): A = {
      val values = json match {
        case JObject(fields) => fields.toMap
        case _ =>
          throw new IllegalArgumentException(s"A training's plan must have an object $name.")
      }
      val section = new Section(name, values)
      val result = use(section)
      if (section.unread.nonEmpty) {
        throw new IllegalArgumentException("A training's plan must have only keys that the core " +
          s"reads. Received: ${section.unread.toSeq.sorted.map(key => s"$name.$key").mkString(", ")}. " +
          "Use the jar of this version of bigdl_gan.")
      }
      result
    }
  }
}
