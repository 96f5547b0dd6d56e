package com.intel.analytics.bigdl.dllib.gan

import java.nio.{ByteBuffer, ByteOrder}
import java.security.SecureRandom
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock

import scala.reflect.ClassTag

import org.apache.spark.bigdl_gan.{ExecutorInfo, ExecutorList}
import org.apache.spark.{SparkContext, SparkException, TaskContext}

/**
 * The driver's side of one training: replicas that stay in the executors from call to call.
 *
 * Every call is one Spark job with one task an executor, however many updates it does; within
 * it, the replicas exchange gradients and weights among themselves.
 *
 * @param executors by rank: those that hold shares of the table's images at the ranks of these
 */
private[gan] final class GANTrainer(table: ImageTable, sc: SparkContext, config: TrainingConfig,
  executors: Array[ExecutorInfo], state: TrainingState, settings: RingSettings) {
  private val id = java.util.UUID.randomUUID().toString
  private val group = s"bigdl_gan-$id"
  private val jobs = new OnExecutors(sc, executors)
  private var done = state.iteration
  private var finite = true
  begin(state) // by a method, so that no field keeps the state

  private def begin(state: TrainingState): Unit = try start(state) catch {
    case failure: Throwable =>
      close(keepImages = true)
      throw failure
  }

  private def start(state: TrainingState): Unit = {
    inGroup(holdImages())
    val secret = new Array[Byte](GANTrainer.SecretLength)
    new SecureRandom().nextBytes(secret)
    val (initial, described) = (sc.broadcast(state), sc.broadcast(config))
    val peers = try {
      inGroup(jobs.run(new ReplicaTasks.Setup(id, table.id, executors.map(_.cores), secret, initial,
        described, settings)))
    } finally {
      initial.destroy()
      described.destroy()
    }
    refuse(peers.toSeq.flatMap(_.left.toSeq), s"Raise ${RingSettings.PortRetries}, or set " +
      s"${RingSettings.Port} to the first of as many free ports as replicas share a machine.")
    if (executors.length > 1) {
      refuse(inGroup(jobs.run(new ReplicaTasks.Meet(id, peers.flatMap(_.right.toSeq)))).toSeq.flatten,
        s"A training's executors connect to each other over TCP, at ${settings.ports}: let firewalls " +
          s"and network policies allow that, or set ${RingSettings.Port} (and " +
          s"${RingSettings.PortRetries}) to ports that they allow.")
    }
  }

  /** Sends images to the executors that do not hold their shares. */
  private def holdImages(): Unit = {
    val size = executors.length
    val kept = executors.indices.filter(rank => table.holders.lift(rank).contains(executors(rank).id))
    val held = if (kept.isEmpty || table.holders.length != size) executors.map(_ => false)
      else jobs.run(new ReplicaTasks.Holds(table.id, size))
    table.holders = executors.map(_.id).toSeq
    val missing = executors.indices.filterNot(held(_))
    if (missing.nonEmpty) {
      table.cache()
      try jobs.run(table.shares(size), missing)(new ReplicaTasks.Hold(table.id, size, table.level))
      finally table.release() // the executors hold the images now
    }
  }

  /** Throws where executors have problems with the network, unless that is because one is lost. */
  private def refuse(problems: Seq[String], remedy: String): Unit = if (problems.nonEmpty) {
    awaitNotice()
    jobs.check()
    throw new NetworkProblem(s"${problems.mkString("; ").capitalize}. $remedy")
  }

  /** Waits until the driver knows which executor is lost, if one is. */
  private def awaitNotice(): Unit = {
    val deadline = Deadline.in(GANTrainer.NoticeMillis)
    while (lost() == 0 && !deadline.isOver) Thread.sleep(GANTrainer.PollMillis)
  }

  /** Runs jobs of this training's own group, by which `close` ends them; then the caller's counts again. */
  private def inGroup[A](body: => A): A = {
    val callers = GANTrainer.GroupProperties.map(name => name -> sc.getLocalProperty(name))
    sc.setJobGroup(group, "bigdl_gan training", interruptOnCancel = false)
    try body catch {
      case failure: SparkException if isLoss(failure) =>
        throw new ReplicaLost(GANTrainer.firstLine(failure))
    } finally callers.foreach { case (name, value) => sc.setLocalProperty(name, value) }
  }

  private def isLoss(failure: SparkException): Boolean =
    lost() > 0 || GANTrainer.LossMarks.exists(String.valueOf(failure.getMessage).contains)

  /** How many of this training's executors the driver knows to be lost. */
  private def lost(): Int = executors.length - jobs.live.length

  private def onReplicas[A: ClassTag](body: (TaskContext, Iterator[Int]) => A): Array[A] =
    inGroup(jobs.run(body))

  /** Does `count` updates; float64 rows of `GANTrainer.StatisticNames`, little-endian. */
  def run(count: Int): Array[Byte] = aloneAmongRings {
    val begin = System.nanoTime()
    val chunks = chunk(count)
    val parts = chunks.map(_.rows)
    finite = chunks.forall(_.finite)
    val seconds = (System.nanoTime() - begin) * 1e-9 / count
    done += count
    val width = Replica.StatisticNames.length
    val bytes = ByteBuffer.allocate(8 * count * (width + 1)).order(ByteOrder.LITTLE_ENDIAN)
    for (row <- 0 until count) {
      for (column <- 0 until width) {
        val values = parts.map(_(row * width + column))
        // Squared norms arrive in parts of the vector, one from each replica.
        val isNorm = Replica.StatisticNames(column).startsWith("gradient_norm/")
        bytes.putDouble(if (isNorm) math.sqrt(values.sum) else values.sum / values.length)
      }
      bytes.putDouble(seconds)
    }
    bytes.array()
  }

  private def chunk(count: Int): Array[ChunkResult] = {
    def isOwn(answer: Either[Shortfall, ChunkResult]) = answer.left.exists(!_.isLoss)
    val answers = inGroup(jobs.run(new ReplicaTasks.Chunk(id, done, count), isOwn _))
    answers.find(isOwn).foreach(answer => throw new ReplicaFailed(answer.left.get.reason))
    answers.find(_.isLeft).foreach { answer =>
      awaitNotice()
      throw new ReplicaLost(answer.left.get.reason)
    }
    answers.map(_.right.get)
  }

  /**
   * Runs jobs whose tasks wait for each other, while no other training does.
   *
   * Two of them could each hold the cores that the other one waits for.
   */
  private def aloneAmongRings[A](body: => A): A = if (executors.length == 1) body else {
    while (!GANTrainer.turn.tryLock(1, TimeUnit.SECONDS)) jobs.check()
    try body finally GANTrainer.turn.unlock()
  }

  /** Whether all weights and running statistics were finite after the last `run`. */
  def areWeightsFinite(): Boolean = finite

  /** The state of the training as it is now; with `moments`, all that its future depends on. */
  def gather(moments: Boolean): TrainingState =
    TrainingState.join(onReplicas(new ReplicaTasks.Gather(id, before = false, moments)))

  /** The state before the last `run`, without the optimisers' moments. */
  def gatherBefore(): TrainingState =
    TrainingState.join(onReplicas(new ReplicaTasks.Gather(id, before = true, moments = false)))

  /**
   * Ends what runs, and releases the replicas that can still be reached.
   *
   * @param keepImages whether the executors go on holding the table's images, for another start
   */
  def close(keepImages: Boolean): Unit = {
    jobs.end()
    if (!sc.isStopped) {
      sc.cancelJobGroup(group)
      val images = if (keepImages) None else Some(table)
      GANTrainer.release(sc, jobs.live, Some(id), images)
    }
  }
}

private[gan] object GANTrainer {
  private val SecretLength = 32

  /** How long the driver may take to notice that an executor is gone: Spark's own delay is 5 s. */
  private val NoticeMillis = 15 * 1000L
  private val PollMillis = 200L

  /** How long to wait for cores to release replicas on. */
  private val ReleaseMillis = 30 * 1000L

  /** Whose turn it is to run tasks that wait for each other; first come, first served. */
  private val turn = new ReentrantLock(true)

  /** What a job group consists of, in a thread's local properties. */
  private val GroupProperties =
    Seq("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")

  /** Of the text that Spark gives for a failed job: what says that a replica is gone. */
  private val LossMarks = Seq(classOf[ReplicaLost].getName, "ExecutorLostFailure")

  private def firstLine(failure: Throwable): String =
    String.valueOf(failure.getMessage).split('\n').head.trim

  val StatisticNames: Array[String] = Replica.StatisticNames :+ "seconds/update"

  /** The executors of a training by rank: those that hold a share of the images at its rank. */
  def ranked(live: Seq[ExecutorInfo], n: Int, holders: Seq[String]): Array[ExecutorInfo] = {
    val byId = live.map(executor => executor.id -> executor).toMap
    val kept = if (holders.length == n) holders.map(byId.get) else Seq.fill(n)(None)
    val others = live.filterNot(kept.flatten.contains).iterator
    kept.map(_.getOrElse(others.next())).toArray
  }

  /** Releases the images of a table on the executors that hold them. */
  def releaseImages(sc: SparkContext, table: ImageTable): Unit = if (!sc.isStopped) {
    release(sc, ExecutorList.of(sc).filter(e => table.holders.contains(e.id)).toArray, None, Some(table))
  }

  /**
   * Releases a replica, a share of images or both on some executors. While other jobs hold their
   * cores, the caller does not wait for long: the rest is done when there is a core.
   */
  private def release(sc: SparkContext, executors: Array[ExecutorInfo], id: Option[String],
    images: Option[ImageTable]): Unit = {
    val task = new ReplicaTasks.Release(id, images.filter(_.holders.nonEmpty).map(_.id))
    images.foreach(_.holders = Nil)
    if (executors.nonEmpty) {
      val releasing = new Thread("bigdl-gan-release") {
        override def run(): Unit = {
          sc.clearJobGroup() // the caller's may be cancelled
          try new OnExecutors(sc, executors).run(task) catch {
            case _: ReplicaLost | _: SparkException => // gone, and its memory with it
            case _: IllegalStateException => // as is the context
          }
        }
      }
      releasing.setDaemon(true)
      releasing.start()
      releasing.join(ReleaseMillis)
    }
  }
}
