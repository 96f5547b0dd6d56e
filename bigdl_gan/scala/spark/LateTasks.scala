package org.apache.spark.bigdl_gan

import java.util.concurrent.TimeoutException

import org.apache.spark.SparkContext

/** Tasks that outlive their job: it failed or was cancelled before they noticed. */
object LateTasks {
  private val MostMillis = 30000L

  /** Waits for the late tasks of jobs that have ended, half a minute at most. */
  def await(sc: SparkContext, jobs: Seq[Int]): Unit = {
    val deadline = System.currentTimeMillis + MostMillis
    // the tracker learns about tasks from the bus
    try sc.listenerBus.waitUntilEmpty(MostMillis) catch { case _: TimeoutException => }
    while (active(sc, jobs) > 0 && System.currentTimeMillis < deadline) Thread.sleep(10)
  }

  private def active(sc: SparkContext, jobs: Seq[Int]): Int = (for {
    id <- jobs
    job <- sc.statusTracker.getJobInfo(id).toSeq
    stage <- job.stageIds.toSeq.flatMap(sc.statusTracker.getStageInfo)
  } yield stage.numActiveTasks).sum
}
