package org.apache.spark.bigdl_gan

import org.apache.spark.ShuffleDependency
import org.apache.spark.rdd.RDD

/** A shuffle's files. Spark itself deletes them only when it finds that nobody can use them. */
object ShuffleFiles {
  /** Deletes the files that an RDD reads, now. */
  def delete(shuffled: RDD[_]): Unit = shuffled.dependencies.foreach {
    case shuffle: ShuffleDependency[_, _, _] =>
      shuffled.sparkContext.cleaner.foreach(_.doCleanupShuffle(shuffle.shuffleId, blocking = false))
    case _ =>
  }
}
