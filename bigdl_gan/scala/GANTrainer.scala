package com.intel.analytics.bigdl.dllib.gan

import java.io.IOException
import java.nio.{ByteBuffer, ByteOrder}
import java.security.SecureRandom

import org.apache.spark.bigdl_gan.{ExecutorInfo, ExecutorList}
import org.apache.spark.storage.StorageLevel
import org.apache.spark.{SparkContext, SparkEnv, SparkException, TaskContext}

/**
 * The driver's side of one training: replicas that stay in the executors from call to call.
 *
 * Every call is one Spark job with one task an executor, however many updates it does; within
 * it, the replicas exchange gradients and weights among themselves.
 */
private[gan] final class GANTrainer(table: ImageTable, sc: SparkContext, config: TrainingConfig,
  executors: Array[ExecutorInfo], state: TrainingState) {
  private val id = java.util.UUID.randomUUID().toString
  private val group = s"bigdl_gan-$id"
  private val secret = new Array[Byte](GANTrainer.SecretLength)
  new SecureRandom().nextBytes(secret)
  private var done = state.iteration
  private var finite = true
  private val addresses = begin(state) // by methods, so that no field keeps the state

  private def begin(state: TrainingState): Array[(String, Int)] = try start(state) catch {
    case failure: Throwable =>
      close()
      throw failure
  }

  /** Sends networks and images to the executors; returns where each replica listens. */
  private def start(state: TrainingState): Array[(String, Int)] = {
    table.cache()
    val initial = sc.broadcast(state)
    val settings = sc.broadcast(config)
    val setup = new GANTrainer.Setup(id, executors, secret, initial, settings,
      sc.getConf.getTimeAsSeconds("spark.network.timeout", "120s").toInt * 1000, table.level)
    try inGroup {
      sc.runJob(new Placed(sc, Some(table.shares(executors.length)), executors), setup)
    } finally {
      initial.destroy()
      settings.destroy()
      table.release() // the replicas hold the images now
    }
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

  /** Executors of this training that are alive, as far as the driver knows. */
  private def live: Array[ExecutorInfo] = {
    val all = ExecutorList.of(sc).map(_.id).toSet
    executors.filter(e => all.contains(e.id))
  }

  /** How many of this training's executors the driver knows to be lost. */
  def lost(): Int = executors.length - live.length

  private def onReplicas[A: scala.reflect.ClassTag](
    body: (TaskContext, Iterator[Int]) => A): Array[A] =
    inGroup(sc.runJob(new Placed[Int](sc, None, executors), body))

  /** Does `count` updates; float64 rows of `GANTrainer.StatisticNames`, little-endian. */
  def run(count: Int): Array[Byte] = {
    val begin = System.nanoTime()
    val chunks = onReplicas(new GANTrainer.Chunk(id, addresses, done, count))
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

  /** Whether all weights and running statistics were finite after the last `run`. */
  def areWeightsFinite(): Boolean = finite

  /** The state of the training as it is now; with `moments`, all that its future depends on. */
  def gather(moments: Boolean): TrainingState =
    TrainingState.join(onReplicas(new GANTrainer.Gather(id, before = false, moments)))

  /** The state before the last `run`, without the optimisers' moments. */
  def gatherBefore(): TrainingState =
    TrainingState.join(onReplicas(new GANTrainer.Gather(id, before = true, moments = false)))

  /** Why a replica failed, where it was not for another one's sake; empty where none did. */
  def failure(): String =
    onReplicas(new GANTrainer.Failure(id)).find(_.nonEmpty).getOrElse("")

  /** Ends what runs, and releases the replicas that can still be reached. */
  def close(): Unit = if (!sc.isStopped) {
    sc.cancelJobGroup(group)
    val reached = live
    if (reached.nonEmpty) {
      try sc.runJob(new Placed[Int](sc, None, reached), new GANTrainer.Release(id)) catch {
        case failure: SparkException if isLoss(failure) => // gone, and its memory with it
      }
    }
  }
}

private[gan] object GANTrainer {
  val SecretLength = 32

  /** What a job group consists of, in a thread's local properties. */
  private val GroupProperties =
    Seq("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")

  /** Of the text that Spark gives for a failed job: what says that a replica is gone. */
  private val LossMarks = Seq(classOf[ReplicaLost].getName, "ExecutorLostFailure")

  private def firstLine(failure: Throwable): String =
    String.valueOf(failure.getMessage).split('\n').head.trim

  val StatisticNames: Array[String] = Replica.StatisticNames :+ "seconds/update"

  import org.apache.spark.broadcast.Broadcast

  // The tasks are classes, so that each carries just what its arguments say.

  final class Setup(id: String, executors: Array[ExecutorInfo], secret: Array[Byte],
    initial: Broadcast[TrainingState], config: Broadcast[TrainingConfig], timeoutMillis: Int,
    level: StorageLevel)
    extends ((TaskContext, Iterator[ImageBlock]) => (String, Int)) with Serializable {

    override def apply(task: TaskContext, blocks: Iterator[ImageBlock]): (String, Int) = {
      val rank = task.partitionId()
      val host = SparkEnv.get.blockManager.blockManagerId.host
      val images = new ImageStore(blocks, level)
      val ring = if (executors.length == 1) None else {
        try Some(new Ring(rank, executors.length, secret, host, timeoutMillis)) catch {
          case failure: IOException =>
            images.close()
            throw failure
        }
      }
      Replicas.put(id, new Replica(config.value, initial.value, images, ring.getOrElse(Alone),
        executors(rank).cores))
      (host, ring.map(_.port).getOrElse(0))
    }
  }

  final class Chunk(id: String, addresses: Array[(String, Int)], from: Int, count: Int)
    extends ((TaskContext, Iterator[Int]) => ChunkResult) with Serializable {

    override def apply(task: TaskContext, nothing: Iterator[Int]): ChunkResult = {
      Replicas.get(id).run(from, count, addresses, () => task.isInterrupted())
    }
  }

  final class Gather(id: String, before: Boolean, moments: Boolean)
    extends ((TaskContext, Iterator[Int]) => TrainingState) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): TrainingState = {
      val replica = Replicas.get(id)
      val state = if (before) replica.stateBefore else replica.state(moments)
      if (task.partitionId() == 0) state
      else state.copy(weights = state.weights.copy(generator = Array.empty[Float],
        discriminator = Array.empty[Float]))
    }
  }

  final class Failure(id: String) extends ((TaskContext, Iterator[Int]) => String)
    with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): String = {
      Replicas.get(id).ownFailure
    }
  }

  final class Release(id: String) extends ((TaskContext, Iterator[Int]) => Unit)
    with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Unit = {
      Replicas.remove(id)
    }
  }
}
