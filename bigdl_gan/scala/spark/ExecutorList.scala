package org.apache.spark.bigdl_gan

import org.apache.spark.SparkContext
import org.apache.spark.scheduler.TaskSchedulerImpl
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend
import org.apache.spark.status.api.v1.ExecutorSummary

/** One executor. */
case class ExecutorInfo(id: String, host: String, cores: Int)

/** A context's executors. Spark shows what it knows about them only to its own packages. */
object ExecutorList {
  private val LocalThreads = """local\[([0-9]+|\*)(?:\s*,\s*[0-9]+)?\]""".r

  /**
   * Live executors on which Spark schedules tasks, grouped by host, so that most neighbours need no
   * network. A local master's only executor is the driver's JVM.
   */
  def of(sc: SparkContext): Seq[ExecutorInfo] =
    if (sc.isLocal) {
      val driver = sc.env.blockManager.blockManagerId
      Seq(ExecutorInfo(driver.executorId, driver.host, localThreads(sc.master)))
    } else {
      inOrder(summaries(sc).filter(refusal(sc, _).isEmpty).map(info))
    }

  def inOrder(executors: Seq[ExecutorInfo]): Seq[ExecutorInfo] =
    executors.sortBy(e => (e.host, e.id.length, e.id))

  /** Live executors on which Spark schedules no tasks, and why. */
  def refused(sc: SparkContext): Seq[(ExecutorInfo, String)] =
    if (sc.isLocal) Nil
    else summaries(sc).flatMap(summary => refusal(sc, summary).map((info(summary), _)))

  private def summaries(sc: SparkContext): Seq[ExecutorSummary] =
    sc.statusStore.executorList(true).filter(_.id != "driver")

  private def refusal(sc: SparkContext, executor: ExecutorSummary): Option[String] =
    if (executor.isExcluded || excludedHosts(sc).contains(info(executor).host)) Some("excluded")
    else sc.schedulerBackend match {
      case backend: CoarseGrainedSchedulerBackend if !backend.isExecutorActive(executor.id) =>
        Some("leaving")
      case _ => None
    }

  private def excludedHosts(sc: SparkContext): Set[String] = sc.taskScheduler match {
    case scheduler: TaskSchedulerImpl => scheduler.excludedNodes()
    case _ => Set.empty
  }

  private def info(summary: ExecutorSummary): ExecutorInfo =
    ExecutorInfo(summary.id, summary.hostPort.reverse.dropWhile(_ != ':').drop(1).reverse,
      summary.totalCores)

  private def localThreads(master: String): Int = master match {
    case LocalThreads("*") => Runtime.getRuntime.availableProcessors()
    case LocalThreads(n) => n.toInt
    case _ => 1
  }
}
