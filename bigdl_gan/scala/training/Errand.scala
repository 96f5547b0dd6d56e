package com.intel.analytics.bigdl.dllib.gan.training

import java.util.concurrent.{CountDownLatch, TimeUnit}

import com.intel.analytics.bigdl.dllib.gan.cluster.{OnExecutors, ReplicaLost}
import org.apache.spark.bigdl_gan.ExecutorList
import org.apache.spark.{SparkContext, SparkException}

/**
 * Runs a task on each of some executors that is alive, even if other jobs hold its cores or other
 * executors are lost. The task releases something that nobody would release later.
 *
 * @param ids  the executors; those that are gone have nothing to release
 * @param task may run more than once
 */
private[gan] final class Errand(sc: SparkContext, ids: Set[String], task: ReplicaTasks.Ending) {
  private val isSettled = new CountDownLatch(1)

  /**
   * Returns when the task is done on all executors that Spark gives tasks to, or after half a
   * minute in which other jobs hold their cores. A thread continues with the rest.
   */
  def start(): Unit = {
    val thread = new Thread("bigdl-gan-errand") {
      override def run(): Unit = try work() finally isSettled.countDown()
    }
    thread.setDaemon(true)
    thread.start()
    isSettled.await(Errand.WaitMillis, TimeUnit.MILLISECONDS)
  }

  private def work(): Unit = {
    sc.clearJobGroup() // the caller's job group may be cancelled
    var (left, attempts) = (ids, 0)
    while (left.nonEmpty && attempts < Errand.MostAttempts && !sc.isStopped) {
      try {
        val (ready, refused) = (ExecutorList.of(sc), ExecutorList.refused(sc).map(_._1.id).toSet)
        val now = ready.filter(executor => left.contains(executor.id)).toArray
        if (now.nonEmpty) new OnExecutors(sc, now).run(task)
        left = (left -- now.map(_.id)) & refused
        if (left.nonEmpty) isSettled.countDown() // until Spark gives them tasks again, or they are gone
      } catch {
        case _: ReplicaLost => // one was lost while the others waited
        case _: SparkException => attempts += 1 // somebody cancelled all jobs
        case _: IllegalStateException | _: NullPointerException if sc.isStopped =>
      }
      if (left.nonEmpty) Thread.sleep(Errand.PauseMillis)
    }
  }
}

private[gan] object Errand {
  private val WaitMillis = 30 * 1000L
  private val PauseMillis = 1000L
  private val MostAttempts = 10
}
