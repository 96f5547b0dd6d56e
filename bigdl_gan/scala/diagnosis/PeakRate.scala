package com.intel.analytics.bigdl.dllib.gan.diagnosis

import com.intel.analytics.bigdl.dllib.gan.cluster.OnExecutors
import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, NativeThread, Operation, Padding, Pass}
import com.intel.analytics.bigdl.dllib.gan.native.{Primitive, Role, ThreadSetup, Window}
import org.apache.spark.bigdl_gan.ExecutorInfo
import org.apache.spark.{SparkContext, TaskContext}

/** The highest single-precision rate that large native primitives reach on some threads. */
private[gan] object PeakRate {
  private val Repeats = 9

  /** The sum over the executors, all at once on all their cores; one job, a task on each. */
  def measureAll(sc: SparkContext, executors: Array[ExecutorInfo]): Double =
    new OnExecutors(sc, executors).run(new Task(executors.map(_.cores))).sum

  private final class Task(cores: Array[Int]) extends ((TaskContext, Iterator[Int]) => Double)
    with Serializable {
    override def apply(task: TaskContext, nothing: Iterator[Int]): Double = {
      measure(cores(task.partitionId()))
    }
  }

  /** In floating-point operations per second: the best of several runs of three primitives. */
  private def measure(threads: Int): Double = NativeThread.once {
    ThreadSetup.prepare(threads, usesDllib = false)
    val context = Engines.context()
    try Seq(product(context, 2048, 4096, 512), convolution(context, 64, 128, 256, 16),
      convolution(context, 32, 256, 256, 28)).map { case (primitive, operations) =>
      rate(context, primitive, operations)
    }.max finally context.close()
  }

  private def rate(context: DnnContext, primitive: Primitive, operations: Double): Double = {
    val pass = new Pass(context)
    pass.native(primitive)
    pass.run() // the first run has work of its own
    (0 until Repeats).map { _ =>
      val start = System.nanoTime()
      pass.run()
      operations / ((System.nanoTime() - start) * 1e-9)
    }.max
  }

  private def product(context: DnnContext, rows: Int, inner: Int, columns: Int)
  : (Primitive, Double) = (onBlanks(context, context.innerProduct(inner, columns, bias = false)
    .forward(rows)), 2.0 * rows * inner * columns)

  private def onBlanks(context: DnnContext, operation: Operation): Primitive =
    operation.on(Seq(Role.Source, Role.Weights, Role.Output).map(role =>
      role -> context.blobOf(operation.layout(role))): _*)

  /** 4x4, stride 2, as in the networks that are measured. */
  private def convolution(context: DnnContext, batch: Int, channels: Int, outputs: Int, size: Int)
  : (Primitive, Double) = {
    val conv = context.convolution(Array(channels, size, size),
      Array(outputs, size / 2, size / 2), Window((4, 4), (2, 2), Padding(1, 1, 1, 1)), bias = false)
    (onBlanks(context, conv.forward(batch)),
      2.0 * batch * outputs * channels * 16 * size * size / 4)
  }
}
