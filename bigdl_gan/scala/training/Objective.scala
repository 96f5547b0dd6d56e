package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.Exchange
import com.intel.analytics.bigdl.dllib.gan.training.loss.{LeCam, Logits, Loss}

/**
 * What both networks minimise: turns the logits of a pass through the discriminator into losses,
 * their derivatives and an update's other statistics. Real images come first, then generated ones.
 *
 * If a loss couples the images of a batch, every replica computes it for the entire batch.
 *
 * @param batch images on this replica that the networks run at once
 * @param parts of the replica's images that they run one after the other
 */
private[gan] final class Objective(loss: Loss, leCam: Option[LeCam], batch: Int, parts: Int,
  exchange: Exchange, clock: Clock) {
  if (parts > 1 && (loss.couples || leCam.isDefined)) {
    throw new IllegalArgumentException("`microBatches` must be 1 with a loss that couples the images " +
      s"of a batch, and with `leCam`. Received: microBatches=$parts.")
  }

  val slopes = new Slopes(batch)
  val statistics = new StepStatistics

  private val (replicas, first) =
    if (loss.couples) (exchange.size, exchange.rank * batch) else (1, 0)
  private val all = new Logits(replicas * batch)
  private val toReal, toFake, toGenerated = new Array[Double](all.count)

  /** Whether the generator's loss needs new logits of the real images, too. */
  def generatorSeesReal: Boolean = loss.generatorSeesReal

  /** What later updates depend on. */
  def state: Seq[StateVector] = leCam.toSeq.map(term =>
    StateVector(TrainingState.LogitAverages, Sharing.Same, term.averages))

  /**
   * @param logits of a pass over real and generated images
   * @param part   which part of the images these are; statistics are means over all parts so far
   */
  def evaluate(logits: Array[Float], part: Int): Unit = {
    take(logits)
    val judgements = loss.judgements(all)
    val s = statistics
    s.realProbability = mean(s.realProbability, part, Loss.mean(judgements.real)(Loss.sigmoid))
    s.fakeProbability = mean(s.fakeProbability, part, Loss.mean(judgements.fake)(Loss.sigmoid))
    s.realAccuracy = mean(s.realAccuracy, part, Loss.mean(judgements.real)(logit => if (logit > 0) 1.0 else 0.0))
    s.fakeAccuracy = mean(s.fakeAccuracy, part, Loss.mean(judgements.fake)(logit => if (logit < 0) 1.0 else 0.0))
    s.discriminatorLoss = mean(s.discriminatorLoss, part, loss.discriminator(all, toReal, toFake) + addLeCam())
    System.arraycopy(toReal, first, slopes.discriminator, 0, batch)
    System.arraycopy(toFake, first, slopes.discriminator, batch, batch)
    generator(part)
  }

  /**
   * The generator's side alone.
   *
   * @param logits of a pass over real and generated images if `generatorSeesReal`, or else over
   *               generated images; then those of real images are ignored
   */
  def evaluateGenerator(logits: Array[Float], part: Int): Unit = {
    take(logits)
    generator(part)
  }

  private def generator(part: Int): Unit = {
    statistics.generatorLoss = mean(statistics.generatorLoss, part, loss.generator(all, toGenerated))
    System.arraycopy(toGenerated, first, slopes.generator, 0, batch)
  }

  /** Adds one part's share of a mean to the earlier parts'. */
  private def mean(before: Double, part: Int, own: Double): Double =
    if (part == 0) own / parts else before + own / parts

  private def take(logits: Array[Float]): Unit =
    all.set(if (loss.couples) gather(logits) else logits, batch)

  private def addLeCam(): Double = leCam.map { term =>
    val means = gather(Array(all.real, all.fake).map(Loss.mean(_)(logit => logit).toFloat))
    val Seq(meanReal, meanFake) = Seq(0, 1).map(kind =>
      Loss.mean(Array.tabulate(exchange.size)(rank => means(2 * rank + kind).toDouble))(mean => mean))
    term.add(all, meanReal, meanFake, toReal, toFake)
  }.getOrElse(0.0)

  private def gather(values: Array[Float]): Array[Float] =
    clock.time(Clock.Exchange)(exchange.gather(values))
}
