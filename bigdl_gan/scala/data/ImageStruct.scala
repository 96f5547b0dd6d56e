package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.sql.Row

/**
 * Spark's image struct of unsigned bytes: (origin, height, width, nChannels, mode, data).
 *
 * Its data is (height, width, channels), in the order blue, green, red if there are three channels.
 * Networks use planes (channels, height, width) of red, green and blue, with values in [-1, 1].
 */
private[gan] object ImageStruct {
  private val Grey = 0 // OpenCV's codes for one and for three bytes a pixel
  private val Bgr = 16

  def apply(origin: String, height: Int, width: Int, channels: Int, data: Array[Byte]): Row =
    Row(origin, height, width, channels, mode(channels), data)

  def origin(image: Row): String = image.getString(0)
  def height(image: Row): Int = image.getInt(1)
  def width(image: Row): Int = image.getInt(2)
  def channels(image: Row): Int = image.getInt(3)
  def mode(image: Row): Int = image.getInt(4)
  def data(image: Row): Array[Byte] = image.getAs[Array[Byte]](5)

  /** Whether a field is null; the origin may be. */
  def hasNull(image: Row): Boolean = (1 to 5).exists(image.isNullAt)

  def kind(image: Row): ImageKind =
    ImageKind(height(image), width(image), channels(image), mode(image))

  /** Whether the mode stands for unsigned bytes, as many as there are channels. */
  def isOfBytes(image: Row): Boolean =
    (channels(image) == 1 || channels(image) == 3) && mode(image) == mode(channels(image))

  private def mode(channels: Int): Int = if (channels == 1) Grey else Bgr

  /** The plane for byte `channel` of a pixel, and the reverse. */
  def plane(channel: Int, channels: Int): Int = channels - 1 - channel

  /** The value for each of a pixel's 256 levels. */
  val Levels: Array[Float] = Array.tabulate(256)(level => level / 127.5f - 1f)

  /** The level nearest to a value; the reverse of `Levels`. */
  private def level(value: Float): Byte =
    math.max(0, math.min(255, math.round((value + 1f) * 127.5f))).toByte

  /** An image's data as planes. */
  def toPlanes(data: Array[Byte], channels: Int): Array[Float] = {
    val values = new Array[Float](data.length)
    val area = data.length / channels
    for (c <- 0 until channels; pixel <- 0 until area) {
      values(plane(c, channels) * area + pixel) = Levels(data(pixel * channels + c) & 0xff)
    }
    values
  }

  /** An image's data, from planes of `area` values that begin at `first`. */
  def fromPlanes(planes: Array[Float], first: Int, channels: Int, area: Int): Array[Byte] = {
    val bytes = new Array[Byte](channels * area)
    for (c <- 0 until channels; pixel <- 0 until area) {
      bytes(pixel * channels + plane(c, channels)) = level(planes(first + c * area + pixel))
    }
    bytes
  }
}
