package org.apache.spark.bigdl_gan

import org.apache.spark.ShuffleDependency
import org.apache.spark.rdd.RDD

/** The files of a shuffle: Spark itself deletes them when it finds that nobody can use them any more. */
object ShuffleFiles {
  /** Deletes those that an RDD is read from, now. */
  def delete(shuffled: RDD[_]): Unit = shuffled.dependencies.foreach {
    case shuffle: ShuffleDependency[_, _, _] =>
      shuffled.sparkContext.cleaner.foreach(_.doCleanupShuffle(shuffle.shuffleId, blocking = false))
    case _ =>
  }
}
