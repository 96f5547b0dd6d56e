package com.intel.analytics.bigdl.dllib.gan.data

import org.apache.spark.sql.Row

/** Images as a network takes them. */
private[gan] object ImagePlanes {
  /**
   * An image struct as planes (C, H, W) in RGB, [-1, 1].
   *
   * @param shape (C, H, W), which the image must have
   * @param role  whose shape it is, for messages
   */
  def of(image: Row, shape: Array[Int], role: String): Array[Float] =
    ImageStruct.toPlanes(bytes(image, shape, role), shape(0))

  /** The bytes of an image struct of that shape: (H, W, C), BGR if there are three channels. */
  def bytes(image: Row, shape: Array[Int], role: String): Array[Byte] = {
    val isMissing = image == null || ImageStruct.hasNull(image)
    val received =
      if (isMissing) Seq()
      else Seq(ImageStruct.channels(image), ImageStruct.height(image), ImageStruct.width(image))
    if (received != shape.toSeq) {
      throw new IllegalArgumentException(s"An image must have the $role's channels, height and " +
        s"width (${shape.mkString(", ")}). Received: ${received.mkString(", ")}" +
        (if (isMissing) "null" else s", origin '${ImageStruct.origin(image)}'") + ".")
    }
    val bytes = ImageStruct.data(image)
    if (bytes.length != shape.product) {
      throw new IllegalArgumentException(s"An image's data must have ${shape.product} bytes. " +
        s"Received: ${bytes.length}, origin '${ImageStruct.origin(image)}'.")
    }
    bytes
  }
}
