package com.intel.analytics.bigdl.dllib.gan.data

/**
 * Images of one size, one after the other, each as in Spark's image struct.
 *
 * @param count  images
 * @param pixels of each image uint8, (height, width, channels), BGR if there are three channels, and
 *               then its label, if there are labels: see `LabelCode`
 */
private[gan] case class ImageBlock(count: Int, pixels: Array[Byte])

private[gan] object ImageBlock {
  /** @param images at least one, all of one size */
  def of(images: Seq[Array[Byte]]): ImageBlock = {
    val size = images.head.length
    val all = new Array[Byte](size * images.length)
    images.indices.foreach(i => System.arraycopy(images(i), 0, all, i * size, size))
    ImageBlock(images.length, all)
  }
}
