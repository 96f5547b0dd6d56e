package com.intel.analytics.bigdl.dllib.gan.training

import java.nio.{ByteBuffer, ByteOrder}
import java.security.SecureRandom
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock

import scala.reflect.ClassTag

import com.intel.analytics.bigdl.dllib.gan.cluster.{Deadline, NetworkProblem, OnExecutors}
import com.intel.analytics.bigdl.dllib.gan.cluster.{ReplicaFailed, ReplicaLost, RingSettings}
import com.intel.analytics.bigdl.dllib.gan.data.ImageTable
import com.intel.analytics.bigdl.dllib.gan.network.FlatOrder
import org.apache.spark.bigdl_gan.ExecutorInfo
import org.apache.spark.{SparkContext, SparkException, TaskContext}

/**
 * The driver's side of a training, whose replicas stay in the executors from call to call.
 *
 * Each call is a Spark job with one task on each executor, however many updates it does. In it, the
 * replicas exchange gradients and weights with each other.
 *
 * @param executors by rank; one that holds a share of the table's images has the share's rank
 */
private[gan] final class GANTrainer(table: ImageTable, sc: SparkContext, config: TrainingConfig,
  executors: Array[ExecutorInfo], state: TrainingState, settings: RingSettings)
  extends AutoCloseable {
  private val id = java.util.UUID.randomUUID().toString
  private val group = s"bigdl_gan-$id"
  private val jobs = new OnExecutors(sc, executors)
  private var done = state.iteration
  private var finite = true
  private var order = new StateOrder(config) // until the replicas agree on one
  @volatile private var isClosed = false
  table.trainer = Some(this) // so that an interrupted start can be ended
  begin(state) // passed on, because methods that use the constructor's own make it a field

  private def begin(state: TrainingState): Unit = try start(state) catch {
    case failure: Throwable =>
      try close() catch { case another: Throwable => failure.addSuppressed(another) }
      throw failure
  }

  private def start(state: TrainingState): Unit = {
    inGroup(holdImages())
    val secret = new Array[Byte](GANTrainer.SecretLength)
    new SecureRandom().nextBytes(secret)
    val agreed = config.copy(order = FlatOrder.of(inGroup(jobs.run(new ReplicaTasks.Blocks(config.engine))).toSeq))
    order = new StateOrder(agreed)
    val (initial, described) = (sc.broadcast(order.forReplicas(state)), sc.broadcast(agreed))
    val peers = try {
      inGroup(jobs.run(new ReplicaTasks.Setup(id, table.id, executors.map(_.cores), secret, initial,
        described, settings)))
    } finally {
      initial.destroy()
      described.destroy()
    }
    refuse(peers.toSeq.flatMap(_.left.toSeq), s"Raise ${RingSettings.PortRetries}, or set " +
      s"${RingSettings.Port} to the first of as many free ports as a machine has replicas.")
    if (executors.length > 1) meet(peers.flatMap(_.right.toSeq))
  }

  /** Connects the replicas to a ring. Those that fail retry, because the others may have paused. */
  private def meet(peers: Array[Peer]): Unit = {
    val task = new ReplicaTasks.Meet(id, peers)
    val failed = executors.indices.zip(inGroup(jobs.run(task))).collect { case (rank, Some(_)) => rank }
    refuse(inGroup(jobs.run(task, failed)).toSeq.flatten,
      s"A training's executors connect to each other over TCP, on ${settings.ports}. Allow that in " +
        s"firewalls and network policies, or set ${RingSettings.Port} (and " +
        s"${RingSettings.PortRetries}) to ports that they allow.")
  }

  /** Sends images to the executors that do not hold their shares. */
  private def holdImages(): Unit = {
    val size = executors.length
    val kept = executors.indices.filter(rank => table.holders.lift(rank).contains(executors(rank).id))
    val held = if (kept.isEmpty || table.holders.length != size) executors.map(_ => false)
      else jobs.run(new ReplicaTasks.Holds(table.id, size))
    table.starts += 1
    table.holders = executors.map(_.id).toSeq
    val idle = table.everHolders -- table.holders
    table.everHolders ++= table.holders
    if (idle.nonEmpty) {
      GANTrainer.onAnyOf(sc, idle, new ReplicaTasks.Drop(table.id, table.starts))
    }
    val missing = executors.indices.filterNot(held(_))
    if (missing.nonEmpty) {
      table.cache()
      try jobs.run(table.shares(size), missing)(
        new ReplicaTasks.Hold(table.id, size, table.starts, table.level))
      finally table.release() // the executors hold the images now
    }
  }

  /** Throws if executors have network problems; if one is lost, `check` says so instead. */
  private def refuse(problems: Seq[String], remedy: String): Unit = if (problems.nonEmpty) {
    jobs.check()
    throw new NetworkProblem(s"${problems.mkString("; ").capitalize}. $remedy")
  }

  /** Waits until the driver knows which executor is lost, if one is. */
  private def awaitNotice(): Unit = {
    val deadline = Deadline.in(GANTrainer.NoticeMillis)
    while (lost() == 0 && !deadline.isOver) Thread.sleep(GANTrainer.PollMillis)
  }

  /** Runs jobs in this training's own group, which `close` can end; restores the caller's. */
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

  /** How many of this training's executors are lost, as far as the driver knows. */
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
        // Each replica sends the squared norm of its part of the vector.
        val isNorm = Replica.StatisticNames(column).startsWith("gradient_norm/")
        bytes.putDouble(if (isNorm) math.sqrt(values.sum) else values.sum / values.length)
      }
      bytes.putDouble(seconds)
    }
    bytes.array()
  }

  private def chunk(count: Int): Array[ChunkResult] = {
    val answers = inGroup(jobs.runUntil(new ReplicaTasks.Chunk(id, done, count)) {
      case Left(Shortfall(isLoss, _)) => if (isLoss) GANTrainer.GraceMillis else 0L
      case Right(_) => OnExecutors.Forever
    })
    val shortfalls = answers.flatMap(_.left.toSeq)
    shortfalls.find(!_.isLoss).foreach(own => throw new ReplicaFailed(own.reason))
    shortfalls.headOption.foreach { loss =>
      awaitNotice()
      throw new ReplicaLost(loss.reason)
    }
    answers.flatMap(_.right.toSeq)
  }

  /**
   * Runs jobs whose tasks wait for each other, while no other training does.
   *
   * Two trainings could each hold the cores that the other waits for.
   */
  private def aloneAmongRings[A](body: => A): A = if (executors.length == 1) body else {
    while (!GANTrainer.turn.tryLock(1, TimeUnit.SECONDS)) jobs.check()
    try body finally GANTrainer.turn.unlock()
  }

  /** Whether all weights and running statistics were finite after the last `run`. */
  def areWeightsFinite(): Boolean = finite

  /** The training's present state; with `moments`, all that its future depends on. */
  def gather(moments: Boolean): TrainingState =
    order.plain(TrainingState.join(onReplicas(new ReplicaTasks.Gather(id, before = false, moments))))

  /** The state before the last `run`, without the optimisers' moments. */
  def gatherBefore(): TrainingState =
    order.plain(TrainingState.join(onReplicas(new ReplicaTasks.Gather(id, before = true, moments = false))))

  /**
   * Ends the jobs that run, and releases the replicas that can still be reached.
   *
   * The executors keep the table's images for another start.
   */
  override def close(): Unit = if (!isClosed) {
    isClosed = true
    jobs.end()
    if (!sc.isStopped) {
      sc.cancelJobGroup(group)
      GANTrainer.onAnyOf(sc, executors.map(_.id).toSet, new ReplicaTasks.Release(id))
    }
  }
}

private[gan] object GANTrainer {
  private val SecretLength = 32

  /** How long the driver may take to notice that an executor is gone: Spark's own delay is 5 s. */
  private val NoticeMillis = 15 * 1000L
  private val PollMillis = 200L

  /** How long the others may take to report why the first one lost its neighbour. */
  private val GraceMillis = 10 * 1000L

  /** Whose turn it is to run tasks that wait for each other; first come, first served. */
  private val turn = new ReentrantLock(true)

  /** The local properties of a thread that describe a job group. */
  private val GroupProperties =
    Seq("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")

  /** Texts in Spark's message about a failed job that show that a replica is gone. */
  private val LossMarks = Seq(classOf[ReplicaLost].getName, "ExecutorLostFailure")

  private def firstLine(failure: Throwable): String =
    String.valueOf(failure.getMessage).split('\n').head.trim

  val StatisticNames: Array[String] = Replica.StatisticNames :+ "seconds/update"

  /** A training's executors by rank; one that holds a share of the images gets its rank. */
  def ranked(live: Seq[ExecutorInfo], n: Int, holders: Seq[String]): Array[ExecutorInfo] = {
    val byId = live.map(executor => executor.id -> executor).toMap
    val kept = if (holders.length == n) holders.map(byId.get) else Seq.fill(n)(None)
    val others = live.filterNot(kept.flatten.contains).iterator
    kept.map(_.getOrElse(others.next())).toArray
  }

  /** Ends the training that uses a table, and releases the images wherever executors hold them. */
  def end(sc: SparkContext, table: ImageTable): Unit = {
    table.trainer.foreach(_.close())
    if (!sc.isStopped && table.everHolders.nonEmpty) {
      onAnyOf(sc, table.everHolders, new ReplicaTasks.EndTable(table.id))
    }
    table.everHolders = Set.empty
  }

  /** Runs a task that releases something, on each of some executors that is alive. */
  private def onAnyOf(sc: SparkContext, ids: Set[String], task: ReplicaTasks.Ending): Unit =
    new Errand(sc, ids, task).start()
}
