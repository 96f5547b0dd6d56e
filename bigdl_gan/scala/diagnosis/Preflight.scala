package com.intel.analytics.bigdl.dllib.gan.diagnosis

import java.lang.management.ManagementFactory

import com.intel.analytics.bigdl.dllib.gan.cluster.OnExecutors
import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.training.Replica
import org.apache.spark.bigdl_gan.{ExecutorInfo, ExecutorMemory}
import org.apache.spark.{SparkContext, SparkEnv, TaskContext}

/**
 * An executor's report before a training.
 *
 * @param core          a checksum of the core: the same text for the same jar
 * @param engines       the engines' names, the preferred first, and why they cannot be loaded; empty if they can
 * @param heap          bytes, at most
 * @param storage       bytes that Spark may use as a cache
 * @param machine       bytes of the machine's memory
 */
private[gan] case class ExecutorReport(id: String, host: String, architecture: String,
  java: String, core: String, engines: Seq[(String, String)], heap: Long,
  storage: Long, machine: Long) extends Serializable

private[gan] object Preflight {
  /** Each executor's report; one job, a task on each. */
  def reports(sc: SparkContext, executors: Array[ExecutorInfo]): Array[ExecutorReport] =
    new OnExecutors(sc, executors).run(new Task)

  final class Task extends ((TaskContext, Iterator[Int]) => ExecutorReport) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): ExecutorReport = {
      here()
    }
  }

  /** This JVM's report. */
  def here(): ExecutorReport = {
    val env = SparkEnv.get
    ExecutorReport(env.executorId, env.blockManager.blockManagerId.host,
      System.getProperty("os.arch"), System.getProperty("java.specification.version"), checksum,
      Engines.candidates.map(engine => engine.name -> engine.problem.getOrElse("")),
      Runtime.getRuntime.maxMemory, ExecutorMemory.storage, machineMemory)
  }

  /** Of all sources that the jar was built from; setup.py puts it there. */
  private def checksum: String = {
    val in = classOf[Replica].getResourceAsStream("/META-INF/bigdl_gan.sha256")
    try scala.io.Source.fromInputStream(in, "UTF-8").mkString.trim.take(16) finally in.close()
  }

  private def machineMemory: Long = ManagementFactory.getOperatingSystemMXBean match {
    case machine: com.sun.management.OperatingSystemMXBean => // Java 8 lacks its newer name
      machine.getTotalPhysicalMemorySize
    case _ => Long.MaxValue
  }
}
