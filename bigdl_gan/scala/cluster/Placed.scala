package com.intel.analytics.bigdl.dllib.gan.cluster

import scala.reflect.ClassTag

import org.apache.spark.bigdl_gan.ExecutorInfo
import org.apache.spark.rdd.RDD
import org.apache.spark.{Dependency, OneToOneDependency, Partition, SparkContext, SparkEnv, TaskContext}

/**
 * Partition i of a parent RDD, or an empty one, for executor i: Spark computes it there if it can.
 *
 * If all of an executor's cores are busy for `spark.locality.wait`, Spark runs its task elsewhere.
 * The partition is empty then, and `PlacedTask` returns None.
 */
private[gan] final class Placed[T: ClassTag](@transient sc: SparkContext,
  @transient parent: Option[RDD[T]], executors: Array[ExecutorInfo])
  extends RDD[T](sc, parent.map(new OneToOneDependency(_): Dependency[_]).toSeq) {

  override protected def getPartitions: Array[Partition] =
    executors.indices.map(i =>
      new PlacedPartition(i, parent.map(_.partitions(i))): Partition).toArray

  // Spark's own name for an executor as a location ("ExecutorCacheTaskLocation").
  override protected def getPreferredLocations(split: Partition): Seq[String] =
    Seq(s"executor_${executors(split.index).host}_${executors(split.index).id}")

  override def compute(split: Partition, context: TaskContext): Iterator[T] =
    split.asInstanceOf[PlacedPartition].parent
      .filter(_ => PlacedTask.isHere(executors(split.index).id))
      .map(firstParent[T].iterator(_, context)).getOrElse(Iterator.empty)
}

private[gan] final class PlacedPartition(override val index: Int, val parent: Option[Partition])
  extends Partition

/** Runs `body` on the executor that a partition is for; returns None anywhere else. */
private[gan] final class PlacedTask[T, A](wanted: Array[String],
  body: (TaskContext, Iterator[T]) => A) extends (Iterator[T] => Option[A]) with Serializable {

  override def apply(values: Iterator[T]): Option[A] = {
    val task = TaskContext.get()
    if (PlacedTask.isHere(wanted(task.partitionId()))) Some(body(task, values)) else None
  }
}

private[gan] object PlacedTask {
  def isHere(executor: String): Boolean = SparkEnv.get.executorId == executor
}
