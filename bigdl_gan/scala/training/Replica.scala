package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.cluster.{Exchange, NeighbourLost}
import com.intel.analytics.bigdl.dllib.gan.data.{ImageBatcher, ImageStore}
import com.intel.analytics.bigdl.dllib.gan.model.{ModuleSpec, NetworkSpec}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeThread, OpenMp, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.{Purpose, Random}
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.FlatOptimizer
import com.intel.analytics.bigdl.dllib.optim.OptimMethod
import com.intel.analytics.bigdl.dllib.utils.Engine

/**
 * What every replica of a training is told.
 *
 * @param batch         images per update on one executor
 * @param criticUpdates 0 for the simultaneous rule
 * @param imageCount    images of the whole data set, for counting epochs
 * @param flip          whether images are mirrored at random
 */
private[gan] case class TrainingConfig(generator: NetworkSpec, discriminator: NetworkSpec,
  generatorMethod: OptimMethod[Float], discriminatorMethod: OptimMethod[Float], loss: String,
  batch: Int, criticUpdates: Int, seed: Long, imageCount: Long, flip: Boolean) extends Serializable {

  /** Passes over the data before update `iteration`, of `replicas` executors. */
  def epoch(iteration: Int, replicas: Int): Int =
    (iteration.toLong * batch * replicas * math.max(1, criticUpdates) / imageCount).toInt
}

/**
 * What a replica tells of some updates.
 *
 * @param rows   `Replica.StatisticNames` for each update
 * @param finite whether all weights and running statistics are finite after the last
 */
private[gan] case class ChunkResult(rows: Array[Double], finite: Boolean) extends Serializable

/** One executor's copy of the training: both networks, its images, its part of the optimisers. */
private[gan] final class Replica(config: TrainingConfig, initial: TrainingState,
  images: ImageStore, val exchange: Exchange, threads: Int) extends BatchSource {
  private val runner = NativeThread.acquire() // one for all: OpenMP's threads belong to it
  private val parallel = new Workers(threads, "bigdl-gan-worker")
  private var context: DnnContext = _
  private var players: Players = _
  private var batcher: ImageBatcher = _
  private var done = initial.iteration
  private lazy val before = Weights(new Array(config.generator.weightCount),
    new Array(config.generator.stateCount), new Array(config.discriminator.weightCount),
    new Array(config.discriminator.stateCount)) // the last `run`
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
    Replica.prepareThread(threads, Seq(config.generator, config.discriminator))
    context = new DnnContext
    players = new Players(context, config, initial,
      new AdversarialStep.Streams(config.seed, firstSample), exchange, parallel)
    batcher = new ImageBatcher(images, config.discriminator.inputShape, config.seed,
      exchange.rank, config.batch, config.flip, parallel)
  }

  override def reals(draw: Int, target: Blob): Unit = batcher.fill(draw, target)

  override def latents(draw: Int, target: Blob): Unit = {
    parallel.range(config.batch)(i => Random.normals(config.seed, Purpose.Latent, draw,
      firstSample + i, latents, i * latentSize, latentSize))
    NativeMemory.write(latents, 0, target.pointer, latents.length)
  }

  /**
   * Does updates `from until from + count`.
   *
   * @param stopped asked before each update, and in each second of waiting for another replica; true
   *                ends the run with an InterruptedException
   */
  def run(from: Int, count: Int, stopped: () => Boolean): ChunkResult = runner.run {
    failure.foreach { // what Spark calls another attempt would not know why the first failed
      case _: InterruptedException => throw new ReplicaLost("Spark ended a replica's task.")
      case other => throw other
    }
    if (from != done) {
      throw new ReplicaLost(s"This replica has done $done updates, the others $from: " +
        "a task was repeated.")
    }
    keepBefore()
    try {
      exchange.begin(stopped)
      ChunkResult(updates(from, count, stopped), areWeightsFinite)
    } catch {
      case thrown: Throwable =>
        exchange.close() // the others notice it by that
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
      players.clock.reset()
      players.update(from + i, config.epoch(from + i, exchange.size), this)
      done += 1
      statistics.copyToArray(rows, i * Replica.StatisticNames.length)
    }
    rows
  }

  private def statistics: Array[Double] = {
    val s = players.step.statistics
    Array(s.generatorLoss, s.discriminatorLoss, s.realProbability, s.fakeProbability,
      s.realAccuracy, s.fakeAccuracy, players.generator.squaredNorm,
      players.discriminator.squaredNorm) ++ players.clock.seconds
  }

  private def vectors: Seq[Array[Float]] = Seq(players.generator.weights,
    players.step.generator.state, players.discriminator.weights, players.step.discriminator.state)

  private def keepBefore(): Unit = {
    doneBefore = done
    val copies = before.productIterator.map(_.asInstanceOf[Array[Float]])
    vectors.zip(copies.toSeq).foreach { case (values, copy) =>
      eachSlice(values)((from, n) => System.arraycopy(values, from, copy, from, n))
    }
  }

  private def areWeightsFinite: Boolean = {
    @volatile var all = true
    vectors.foreach(values =>
      eachSlice(values)((from, n) => if (!Replica.areFinite(values, from, n)) all = false))
    all
  }

  private def eachSlice(values: Array[Float])(body: (Int, Int) => Unit): Unit = {
    val length = FlatOptimizer.SliceLength
    parallel.range((values.length + length - 1) / length)(i =>
      body(i * length, math.min(length, values.length - i * length)))
  }

  /** All weights, which are the same on every replica; the rest is this one's part. */
  def state(moments: Boolean): TrainingState = runner.run(currentState(moments))

  /** The state, without moments, before the last `run`. */
  def stateBefore: TrainingState = runner.run(
    TrainingState(doneBefore, before, OptimizerState.Empty, OptimizerState.Empty))

  private def currentState(moments: Boolean): TrainingState = {
    def memory(trainee: Trainee) = if (moments) trainee.optimizerState else OptimizerState.Empty
    val Seq(generator, generatorState, discriminator, discriminatorState) = vectors
    TrainingState(done, Weights(generator.clone(), generatorState, discriminator.clone(),
      discriminatorState), memory(players.generator), memory(players.discriminator))
  }

  /** Releases all but the images, which another replica may go on with. */
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
    "gradient_norm/generator", "gradient_norm/discriminator") ++ Clock.Names.map("seconds/" + _)

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

  private var poolThreads = 0 // of dllib's own pools

  /** Sets the number of threads that MKL-DNN uses when called from this thread. */
  def prepareThread(threads: Int, specs: Seq[NetworkSpec]): Unit = {
    val needsPools = specs.exists(_.nodes.exists(_.layer.isInstanceOf[ModuleSpec]))
    if (needsPools) synchronized {
      if (threads > poolThreads) { // never fewer: a training beside may be using them
        Engine.setNodeAndCore(1, threads)
        poolThreads = threads
      }
    }
    OpenMp.setThreads(threads) // last: dllib's Engine sets this thread's number, too, to one
  }
}
