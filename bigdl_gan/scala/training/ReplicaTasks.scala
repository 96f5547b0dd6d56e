package com.intel.analytics.bigdl.dllib.gan.training

import java.io.IOException
import java.net.BindException

import scala.util.control.NonFatal

import com.intel.analytics.bigdl.dllib.gan.cluster.{Alone, ReplicaLost, Ring, RingSettings}
import com.intel.analytics.bigdl.dllib.gan.data.{ImageBlock, ImageStore}
import com.intel.analytics.bigdl.dllib.gan.engines.KernelBlock
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.storage.StorageLevel
import org.apache.spark.{SparkEnv, TaskContext}

/**
 * The tasks that the driver runs on executors. They are classes, so that each carries only its
 * arguments. They return problems with the network or a replica, because Spark would retry after
 * an exception.
 */
private[gan] object ReplicaTasks {
  /** A task that releases something. */
  sealed abstract class Ending extends ((TaskContext, Iterator[Int]) => Unit) with Serializable

  /** Whether the executor holds its share of a table's images. */
  final class Holds(table: String, size: Int) extends ((TaskContext, Iterator[Int]) => Boolean)
    with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Boolean =
      HeldShares.find(table, task.partitionId(), size).isDefined
  }

  /** Takes the executor's share, and drops an earlier one of the same table. */
  final class Hold(table: String, size: Int, start: Int, level: StorageLevel)
    extends ((TaskContext, Iterator[ImageBlock]) => Unit) with Serializable {
    override def apply(task: TaskContext, blocks: Iterator[ImageBlock]): Unit = {
      HeldShares.drop(table, start) // or there might be no room for both
      HeldShares.put(table, new HeldShare(task.partitionId(), size, start, new ImageStore(blocks, level)))
    }
  }

  /** Drops the executor's share if it is from an earlier start. */
  final class Drop(table: String, start: Int) extends Ending {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Unit = HeldShares.drop(table, start)
  }

  /** The blocks of channels that the executor's convolutions want: see `FlatOrder`. */
  final class Blocks(engine: String) extends ((TaskContext, Iterator[Int]) => Int) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Int = KernelBlock.here(engine)
  }

  /** Builds the replica; returns where it listens, or why it cannot. */
  final class Setup(id: String, table: String, cores: Array[Int], secret: Array[Byte],
    initial: Broadcast[TrainingState], config: Broadcast[TrainingConfig], settings: RingSettings)
    extends ((TaskContext, Iterator[Int]) => Either[String, Peer]) with Serializable {

    override def apply(task: TaskContext, nothing: Iterator[Int]): Either[String, Peer] = {
      val (rank, size) = (task.partitionId(), cores.length)
      val images = HeldShares.find(table, rank, size).getOrElse(
        throw new ReplicaLost("This executor does not hold its share of the images."))
      val (executor, host) = (SparkEnv.get.executorId, SparkEnv.get.blockManager.blockManagerId.host)
      val ring = if (size == 1) Right(None) else {
        try Right(Some(new Ring(rank, size, secret, settings))) catch {
          case _: BindException =>
            Left(s"executor $executor ($host) finds no free port (tried ${settings.ports})")
        }
      }
      ring.map { found =>
        try {
          if (task.isInterrupted()) throw new InterruptedException("Spark ended this task.")
          Replicas.put(id, new Replica(config.value, initial.value, images, found.getOrElse(Alone),
            cores(rank)))
        } catch {
          case failure: Throwable =>
            found.foreach(_.close())
            throw failure
        }
        Peer(executor, host, found.map(_.port).getOrElse(0))
      }
    }
  }

  /** Connects the replica to the next one; returns why it cannot, or None. */
  final class Meet(id: String, peers: Array[Peer])
    extends ((TaskContext, Iterator[Int]) => Option[String]) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Option[String] = {
      val rank = task.partitionId()
      val next = peers((rank + 1) % peers.length)
      Replicas.get(id).exchange match {
        case ring: Ring =>
          try {
            ring.meet(next.host, next.port)
            None
          } catch {
            case failure: IOException => Some(s"${peers(rank)} cannot reach executor " +
              s"${next.executor} at ${next.host}:${next.port} (${failure.getMessage})")
          }
        case _ => None
      }
    }
  }

  /** Runs some updates; returns their results, or why they failed. */
  final class Chunk(id: String, from: Int, count: Int)
    extends ((TaskContext, Iterator[Int]) => Either[Shortfall, ChunkResult]) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Either[Shortfall, ChunkResult] =
      try Right(Replicas.get(id).run(from, count, () => task.isInterrupted())) catch {
        case lost: ReplicaLost => Left(Shortfall(isLoss = true, lost.getMessage))
        case NonFatal(failure) => // not those that end a task or a JVM
          Left(Shortfall(isLoss = false, failure.toString.linesIterator.next()))
      }
  }

  /** A replica's part of the state; only the first sends weights, which are equal everywhere. */
  final class Gather(id: String, before: Boolean, moments: Boolean)
    extends ((TaskContext, Iterator[Int]) => ReplicaState) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): ReplicaState = {
      val replica = Replicas.get(id)
      val state = if (before) replica.stateBefore else replica.state(moments)
      if (task.partitionId() == 0) state else state.withoutSame
    }
  }

  /** Ends a replica. */
  final class Release(id: String) extends Ending {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Unit = Replicas.end(id)
  }

  /** Counts the executor's replicas and shares of images. */
  final class Count extends ((TaskContext, Iterator[Int]) => (Int, Int)) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): (Int, Int) =
      (Replicas.count, HeldShares.count)
  }

  /** Ends the executor's share of a table's images. */
  final class EndTable(table: String) extends Ending {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Unit = HeldShares.end(table)
  }
}
