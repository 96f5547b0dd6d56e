package com.intel.analytics.bigdl.dllib.gan

import scala.reflect.ClassTag

import org.apache.spark.{Dependency, OneToOneDependency, Partition, SparkContext, SparkEnv, TaskContext}
import org.apache.spark.bigdl_gan.ExecutorInfo
import org.apache.spark.rdd.RDD

/** Partition i of a parent RDD, or an empty one, computed on executor i and nowhere else. */
private[gan] final class Placed[T: ClassTag](@transient sc: SparkContext,
  @transient parent: Option[RDD[T]], executors: Array[ExecutorInfo])
  extends RDD[T](sc, parent.map(new OneToOneDependency(_): Dependency[_]).toSeq) {

  override protected def getPartitions: Array[Partition] =
    executors.indices.map(i =>
      new PlacedPartition(i, parent.map(_.partitions(i))): Partition).toArray

  // Spark's own form of an executor's name as a location ("ExecutorCacheTaskLocation").
  override protected def getPreferredLocations(split: Partition): Seq[String] =
    Seq(s"executor_${executors(split.index).host}_${executors(split.index).id}")

  override def compute(split: Partition, context: TaskContext): Iterator[T] = {
    val (here, wanted) = (SparkEnv.get.executorId, executors(split.index).id)
    if (here != wanted) {
      throw new ReplicaLost(s"The replica of executor $wanted was scheduled on $here: " +
        "the executor was lost, or had no core free. Each executor needs spark.task.cpus free " +
        "cores, and spark.locality.wait must not be 0.")
    }
    split.asInstanceOf[PlacedPartition].parent
      .map(firstParent[T].iterator(_, context)).getOrElse(Iterator.empty)
  }
}

private[gan] final class PlacedPartition(override val index: Int, val parent: Option[Partition])
  extends Partition
