package com.intel.analytics.bigdl.dllib.gan.data

/** The size and type of an image: OpenCV's `mode` is 0 for uint8 grey, 16 for uint8 BGR. */
private[gan] case class ImageKind(height: Int, width: Int, channels: Int, mode: Int) {
  override def toString: String =
    s"height=$height, width=$width, nChannels=$channels, mode=$mode"
}
