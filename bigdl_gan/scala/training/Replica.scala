package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.{Exchange, NeighbourLost, ReplicaLost}
import com.intel.analytics.bigdl.dllib.gan.data.{ImageBatcher, ImageStore}
import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeThread, ThreadSetup, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.{DropoutStreams, Purpose, Random}

/** One executor's copy of the training: both networks, its images, its part of the optimisers. */
private[gan] final class Replica(config: TrainingConfig, initial: TrainingState,
  images: ImageStore, val exchange: Exchange, threads: Int) extends BatchSource {
  private val runner = NativeThread.acquire() // one for all: OpenMP's threads belong to it
  private val parallel = new Workers(threads, "bigdl-gan-worker")
  private var context: DnnContext = _
  private var game: Game = _
  private var batcher: ImageBatcher = _
  private var done = initial.iteration
  private var (before, after) = (Seq.empty[StateVector], Seq.empty[StateVector]) // the models, of the last `run`
  private var doneBefore = 0
  @volatile private var failure: Option[Throwable] = None
  private val latentSize = config.generator.inputShape.product
  private val latents = new Array[Float](config.batch * latentSize)
  private val firstSample = exchange.rank * config.batch

  begin(initial)

  private def begin(initial: TrainingState): Unit = try runner.run(build(initial)) catch {
    case failure: Throwable =>
      close()
      throw failure
  }

  private def build(initial: TrainingState): Unit = {
    ThreadSetup.prepare(threads,
      usesDllib = Seq(config.generator, config.discriminator).exists(_.usesDllib))
    context = Engines.context(config.engine)
    game = new Game(context, config, initial, new DropoutStreams(config.seed, firstSample),
      exchange, parallel)
    batcher = new ImageBatcher(images, config.discriminator.inputShape, config.labels, config.isBalanced,
      config.seed, exchange.rank, config.batch, config.flip, parallel)
  }

  override def reals(draw: Int, target: Blob, labels: Option[Blob]): Unit =
    batcher.fill(draw, target, labels)

  override def latents(draw: Int, target: Blob): Unit = {
    parallel.range(config.batch)(i => Random.normals(config.seed, Purpose.Latent, draw,
      firstSample + i, latents, i * latentSize, latentSize))
    NativeMemory.write(latents, 0, target.pointer, latents.length)
  }

  /**
   * Runs updates `from until from + count`.
   *
   * @param stopped polled before each update, and each second while this waits for another replica;
   *                true ends the run with an InterruptedException
   */
  def run(from: Int, count: Int, stopped: () => Boolean): ChunkResult = runner.run {
    failure.foreach { // Spark may retry the task: repeat why it failed
      case _: InterruptedException => throw new ReplicaLost("Spark ended a replica's task.")
      case other => throw other
    }
    if (from != done) {
      throw new ReplicaLost(s"This replica has done $done updates, the others $from: " +
        "Spark repeated a task.")
    }
    doneBefore = done
    before = if (after.isEmpty) game.learners.models else after
    try {
      exchange.begin(stopped)
      val rows = updates(from, count, stopped)
      after = game.learners.models
      ChunkResult(rows, areFinite(after))
    } catch {
      case thrown: Throwable =>
        exchange.close() // so that the others notice
        failure = Some(thrown match {
          case lost: NeighbourLost =>
            new ReplicaLost(s"A replica lost its neighbour: ${lost.getMessage}")
          case other => other
        })
        throw failure.get
    }
  }

  private def updates(from: Int, count: Int, stopped: () => Boolean): Array[Double] = {
    val rows = new Array[Double](count * Replica.StatisticNames.length)
    for (i <- 0 until count) {
      if (stopped()) throw new InterruptedException("Spark ended this task.")
      game.clock.reset()
      game.update(from + i, this)
      done += 1
      statistics.copyToArray(rows, i * Replica.StatisticNames.length)
    }
    rows
  }

  private def statistics: Array[Double] = {
    val s = game.statistics
    Array(s.generatorLoss, s.discriminatorLoss, s.realProbability, s.fakeProbability,
      s.realAccuracy, s.fakeAccuracy, game.learners.generator.squaredNorm,
      game.learners.discriminator.squaredNorm) ++ s.penalties.values ++ game.clock.seconds
  }

  private def areFinite(models: Seq[StateVector]): Boolean = {
    @volatile var all = true
    val length = Replica.PieceLength
    models.map(_.values).foreach(values => parallel.range((values.length + length - 1) / length) { i =>
      if (!Replica.areFinite(values, i * length, math.min(length, values.length - i * length))) all = false
    })
    all
  }

  /** This replica's part of the state; with `moments`, all that the future depends on. */
  def state(moments: Boolean): ReplicaState = runner.run {
    val models = game.learners.models
    if (moments) ReplicaState(done, game.learners.counters, models ++ game.memory)
    else ReplicaState(done, Map.empty, models)
  }

  /** The state, without moments, before the last `run`. */
  def stateBefore: ReplicaState = runner.run(ReplicaState(doneBefore, Map.empty, before))

  /** Releases everything but the images, which another replica may use. */
  def close(): Unit = {
    exchange.close()
    runner.run(if (context != null) context.close())
    runner.release()
    parallel.close()
  }
}

private[gan] object Replica {
  /** Means over the batch; the gradients' squared norms are sums over the replicas. */
  val StatisticNames: Array[String] = Array("loss/generator", "loss/discriminator",
    "probability/real", "probability/fake", "accuracy/real", "accuracy/fake",
    "gradient_norm/generator", "gradient_norm/discriminator") ++ PenaltyStatistics.Names ++
    Clock.Names.map("seconds/" + _)

  private val PieceLength = 1 << 14 // values that a thread takes at once

  /** Whether none of the values `from until from + n` is infinite or NaN. */
  private def areFinite(values: Array[Float], from: Int, n: Int): Boolean = {
    var largest = 0 // as integers, finite values are less than infinity and NaN
    var i = from
    while (i < from + n) {
      largest = math.max(largest, java.lang.Float.floatToRawIntBits(values(i)) & Int.MaxValue)
      i += 1
    }
    largest < java.lang.Float.floatToRawIntBits(Float.PositiveInfinity)
  }
}
