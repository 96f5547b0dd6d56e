package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.sql.catalyst.expressions.XXH64
import org.apache.spark.unsafe.Platform

/** A 64-bit hash of an image's bytes: Spark SQL's `xxhash64` of the image struct's data. */
private[gan] object ImageHash {
  private val Seed = 42L // Spark's own

  def of(bytes: Array[Byte], from: Int, count: Int): Long =
    XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET + from, count, Seed)

  /** The hash of each image in a block. */
  def each(block: ImageBlock): Array[Long] = {
    val size = block.pixels.length / block.count
    Array.tabulate(block.count)(i => of(block.pixels, i * size, size))
  }
}
