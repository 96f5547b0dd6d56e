package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.Partitioner

/** Sends a record to the partition that its key names. */
private[gan] final class ByShare(n: Int) extends Partitioner {
  override def numPartitions: Int = n
  override def getPartition(key: Any): Int = key.asInstanceOf[Int]
}
