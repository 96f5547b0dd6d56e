package com.intel.analytics.bigdl.dllib.gan.cluster

import java.util.concurrent.{LinkedBlockingQueue, TimeUnit}

import scala.collection.mutable
import scala.concurrent.ExecutionContext
import scala.reflect.ClassTag
import scala.util.Failure

import org.apache.spark.bigdl_gan.{ExecutorInfo, ExecutorList}
import org.apache.spark.internal.Logging
import org.apache.spark.rdd.RDD
import org.apache.spark.{SimpleFutureAction, SparkContext, TaskContext}

/**
 * Runs jobs with one task on each of some executors.
 *
 * Spark does not guarantee where a task runs: while other jobs hold all of an executor's cores, it
 * runs the task elsewhere. Such a task does nothing, and is sent again while its executor is alive.
 */
private[gan] final class OnExecutors(sc: SparkContext, executors: Array[ExecutorInfo])
  extends Logging {
  @volatile private var isEnded = false

  /** The executors that are not lost, as far as the driver knows. */
  def live: Array[ExecutorInfo] = {
    val all = ExecutorList.of(sc).map(_.id).toSet
    executors.filter(executor => all.contains(executor.id))
  }

  /** Ends the jobs that run, and refuses new ones. */
  def end(): Unit = isEnded = true

  /** Throws after `end`, or if an executor is lost. */
  def check(): Unit = {
    if (isEnded) throw new InterruptedException("The training has ended.")
    val alive = live.map(_.id).toSet
    executors.find(executor => !alive.contains(executor.id)).foreach { lost =>
      throw new ReplicaLost(s"Executor ${lost.id} on ${lost.host} is lost or gets no more tasks.")
    }
  }

  /** Runs `body` on each executor; returns the results in the executors' order. */
  def run[A: ClassTag](body: (TaskContext, Iterator[Int]) => A): Array[A] = run(body, executors.indices)

  /** Does the same on some of them. */
  def run[A: ClassTag](body: (TaskContext, Iterator[Int]) => A, ranks: Seq[Int]): Array[A] =
    new Run(nothing, ranks, body, (_: A) => OnExecutors.Forever).answers

  /** @param grace for an answer: milliseconds to wait for the others, which may then be missing */
  def runUntil[A: ClassTag](body: (TaskContext, Iterator[Int]) => A)(grace: A => Long): Array[A] =
    new Run(nothing, executors.indices, body, grace).answers

  /**
   * Runs `body` on the partitions of an RDD that has one for each executor.
   *
   * @param ranks the executors to run on
   */
  def run[T: ClassTag, A: ClassTag](parent: RDD[T], ranks: Seq[Int])
    (body: (TaskContext, Iterator[T]) => A): Array[A] =
    new Run(new Placed[T](sc, Some(parent), executors), ranks, body, (_: A) => OnExecutors.Forever).answers

  private def nothing = new Placed[Int](sc, None, executors)

  /** One call of `body` on each executor, in as many jobs as it takes. */
  private final class Run[T, A: ClassTag](rdd: Placed[T], ranks: Seq[Int],
    body: (TaskContext, Iterator[T]) => A, grace: A => Long) {
    private sealed trait Event
    private case class Answer(rank: Int, given: Option[A]) extends Event
    private case class Failed(cause: Throwable) extends Event

    private val task = new PlacedTask[T, A](executors.map(_.id), body)
    private val events = new LinkedBlockingQueue[Event]()
    private val jobs = mutable.ArrayBuffer[SimpleFutureAction[Unit]]()
    private val found = mutable.Map[Int, A]()
    private val misplaced = mutable.Set[Int]()
    private val firstMisplaced = mutable.Map[Int, Long]()
    private var end: Option[Deadline] = None

    def answers: Array[A] = try {
      submit(ranks)
      var isDone = ranks.isEmpty
      while (!isDone) {
        Option(events.poll(OnExecutors.RepeatMillis, TimeUnit.MILLISECONDS)).foreach(take)
        isDone = found.size == ranks.size || end.exists(_.isOver)
        if (!isDone && events.isEmpty) {
          check()
          val again = misplaced.toSeq.sorted
          misplaced.clear()
          if (again.nonEmpty) submit(again)
        }
      }
      ranks.flatMap(found.get).toArray
    } finally jobs.foreach(_.cancel()) // no effect on jobs that have ended

    private def submit(these: Seq[Int]): Unit = {
      val job = sc.submitJob(rdd, task, these,
        (i: Int, given: Option[A]) => { events.add(Answer(these(i), given)); () }, ())
      jobs += job
      job.onComplete {
        case Failure(cause) => events.add(Failed(cause))
        case _ =>
      }(OnExecutors.Here)
    }

    private def take(event: Event): Unit = event match {
      case Answer(rank, Some(answer)) =>
        found(rank) = answer
        val least = (end.map(_.leftMillis).toSeq :+ grace(answer)).min
        if (least < OnExecutors.Forever) end = Some(Deadline.in(least))
      case Answer(rank, None) =>
        misplaced += rank
        tell(rank)
      case Failed(cause) => throw cause
    }

    private def tell(rank: Int): Unit = {
      val since = firstMisplaced.getOrElseUpdate(rank, System.nanoTime())
      if (System.nanoTime() - since > OnExecutors.PatienceNanos) {
        firstMisplaced(rank) = System.nanoTime()
        logWarning(s"A training waits for executor ${executors(rank).id} on ${executors(rank).host}: " +
          "Spark has had no free core there for a minute or more.")
      }
    }
  }
}

private[gan] object OnExecutors {
  val Forever: Long = Long.MaxValue

  /** The pause between two jobs for the same task, and between two checks of the executors. */
  private val RepeatMillis = 500L

  private val PatienceNanos = 60L * 1000 * 1000 * 1000

  /** Runs short callbacks in the calling thread. */
  private object Here extends ExecutionContext {
    override def execute(body: Runnable): Unit = body.run()
    override def reportFailure(cause: Throwable): Unit = ()
  }
}
