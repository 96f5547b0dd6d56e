package com.intel.analytics.bigdl.dllib.gan.diagnosis

import com.intel.analytics.bigdl.dllib.gan.cluster.OnExecutors
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Convolver, DnnContext, End, NativeThread}
import com.intel.analytics.bigdl.dllib.gan.native.{Padding, ThreadSetup, Window}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn, PropKind, Stream}
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
    val context = new DnnContext
    try Seq(product(context, 2048, 4096, 512), convolution(context, 64, 128, 256, 16),
      convolution(context, 32, 256, 256, 28)).map { case (primitive, operations) =>
      rate(context, primitive, operations)
    }.max finally context.close()
  }

  private def rate(context: DnnContext, primitive: Long, operations: Double): Double = {
    val stream = context.stream(Array(primitive))
    (0 until Repeats).map { _ =>
      val start = System.nanoTime()
      Stream.Rerun(stream)
      Stream.Wait(stream, 1)
      operations / ((System.nanoTime() - start) * 1e-9)
    }.max
  }

  private def product(context: DnnContext, rows: Int, inner: Int, columns: Int): (Long, Double) = {
    val Seq(source, weights, target) = Seq((Array(rows, inner), Memory.Format.nc),
      (Array(columns, inner), Memory.Format.oi), (Array(rows, columns), Memory.Format.nc))
      .map { case (dims, format) => context.blob(dims, format) }
    def desc(blob: Blob): Long = context.memoryDesc(blob.dims, blob.format)
    val pd = context.primitiveDesc(context.descriptor(MklDnn.LinearForwardDescInit(
      PropKind.ForwardTraining, desc(source), desc(weights), 0L, desc(target))))
    (context.primitive(pd, Seq(source, weights), Seq(target)), 2.0 * rows * inner * columns)
  }

  /** 4x4, stride 2, as in the networks that are measured. */
  private def convolution(context: DnnContext, batch: Int, channels: Int, outputs: Int, size: Int)
  : (Long, Double) = {
    val conv = new Convolver(context, Array(channels, size, size),
      Array(outputs, size / 2, size / 2), Window((4, 4), (2, 2), Padding(1, 1, 1, 1)), bias = false)
    val pd = conv.forward(batch)
    val Seq(source, weights, target) =
      Seq(End.Source, End.Weights, End.Output).map(end => context.blobOf(context.query(pd, end)))
    (context.primitive(pd, Seq(source, weights), Seq(target)),
      2.0 * batch * outputs * channels * 16 * size * size / 4)
  }
}
