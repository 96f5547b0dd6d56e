package com.intel.analytics.bigdl.dllib.gan.data

/**
 * Images of one size next to each other, as they lie in Spark's image struct.
 *
 * @param count  images
 * @param pixels uint8, (count, height, width, channels), BGR where there are three channels
 */
private[gan] case class ImageBlock(count: Int, pixels: Array[Byte])
