package com.intel.analytics.bigdl.dllib.gan

import java.lang.management.ManagementFactory
import java.security.MessageDigest

import com.intel.analytics.bigdl.mkl.MklDnn
import org.apache.spark.bigdl_gan.{ExecutorInfo, ExecutorMemory}
import org.apache.spark.{SparkContext, SparkEnv, TaskContext}

/**
 * What an executor says of itself before a training.
 *
 * @param core          of the core's classes there: the same text for the same jar
 * @param nativeProblem why MKL-DNN cannot be loaded; empty where it can
 * @param heap          bytes, at most
 * @param storage       bytes that Spark may cache in
 * @param machine       bytes of the whole machine
 */
private[gan] case class ExecutorReport(id: String, host: String, architecture: String,
  java: String, core: String, nativeProblem: String, temporaryFolder: String, heap: Long,
  storage: Long, machine: Long) extends Serializable

private[gan] object Preflight {
  /** The report of each executor; one job. */
  def reports(sc: SparkContext, executors: Array[ExecutorInfo]): Array[ExecutorReport] =
    sc.runJob(new Placed[Int](sc, None, executors), new Task)

  final class Task extends ((TaskContext, Iterator[Int]) => ExecutorReport) with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): ExecutorReport = {
      here()
    }
  }

  /** The report of this JVM. */
  def here(): ExecutorReport = {
    val env = SparkEnv.get
    ExecutorReport(env.executorId, env.blockManager.blockManagerId.host,
      System.getProperty("os.arch"), System.getProperty("java.specification.version"), checksum,
      nativeProblem, System.getProperty("java.io.tmpdir"), Runtime.getRuntime.maxMemory,
      ExecutorMemory.storage, machineMemory)
  }

  private def nativeProblem: String =
    try if (MklDnn.isLoaded) "" else "MKL-DNN is not loaded" catch {
      case failure: Throwable => failure.toString.linesIterator.next()
    }

  /** Of the class that all of a training's tasks run. */
  private def checksum: String = {
    val in = classOf[Replica].getResourceAsStream("Replica.class")
    try {
      val digest = MessageDigest.getInstance("SHA-256")
      val buffer = new Array[Byte](1 << 14)
      Iterator.continually(in.read(buffer)).takeWhile(_ >= 0).foreach(digest.update(buffer, 0, _))
      digest.digest().take(8).map(b => f"$b%02x").mkString
    } finally in.close()
  }

  private def machineMemory: Long = ManagementFactory.getOperatingSystemMXBean match {
    case machine: com.sun.management.OperatingSystemMXBean => // its newer name is not in Java 8
      machine.getTotalPhysicalMemorySize
    case _ => Long.MaxValue
  }
}
