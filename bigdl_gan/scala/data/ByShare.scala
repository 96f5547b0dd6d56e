package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.Partitioner

/** To the partition that the key names. */
private[gan] final class ByShare(n: Int) extends Partitioner {
  override def numPartitions: Int = n
  override def getPartition(key: Any): Int = key.asInstanceOf[Int]
}
