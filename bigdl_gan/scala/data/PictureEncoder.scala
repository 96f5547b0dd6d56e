package com.intel.analytics.bigdl.dllib.gan.data

import java.awt.image.{BufferedImage, DataBufferByte}
import java.io.ByteArrayOutputStream
import javax.imageio.stream.MemoryCacheImageOutputStream
import javax.imageio.{IIOImage, ImageIO, ImageWriteParam}

import org.apache.spark.sql.Row

/**
 * Encodes image structs as picture files.
 *
 * @param format  ImageIO's name: png or jpeg
 * @param quality from 0 to 1, for jpeg
 */
private[gan] final class PictureEncoder(format: String, quality: Float) extends Serializable {

  /** @throws RowRefused if the image is null or damaged */
  def encode(image: Row, name: String): Array[Byte] = {
    // Spark's image struct has the byte order of AWT's type
    val picture = PictureEncoder.checked(image, name)
    val writer = ImageIO.getImageWritersByFormatName(format).next()
    val bytes = new ByteArrayOutputStream()
    val stream = new MemoryCacheImageOutputStream(bytes)
    try {
      val options = writer.getDefaultWriteParam
      if (format == "jpeg") {
        options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT)
        options.setCompressionQuality(quality)
      }
      writer.setOutput(stream)
      writer.write(null, new IIOImage(picture, null, null), options)
    } finally {
      stream.close()
      writer.dispose()
    }
    bytes.toByteArray
  }
}

private[gan] object PictureEncoder {
  private def checked(image: Row, name: String): BufferedImage = {
    if (image == null) throw new RowRefused(s"The image '$name' is null. Drop it.")
    if (ImageStruct.hasNull(image)) {
      throw new RowRefused(s"The image '$name' has a null among its fields. Drop it.")
    }
    val ImageKind(height, width, channels, mode) = ImageStruct.kind(image)
    val data = ImageStruct.data(image)
    val fits = height > 0 && width > 0 && data.length == height.toLong * width * channels
    if (!fits || !ImageStruct.isOfBytes(image)) {
      throw new RowRefused(s"The image '$name' must have mode 0 (1 channel) or 16 (3 channels) " +
        s"and height x width x nChannels bytes. Received: mode $mode, $height x " +
        s"$width x $channels, ${data.length} bytes.")
    }
    val picture = new BufferedImage(width, height,
      if (channels == 1) BufferedImage.TYPE_BYTE_GRAY else BufferedImage.TYPE_3BYTE_BGR)
    val pixels = picture.getRaster.getDataBuffer.asInstanceOf[DataBufferByte].getData
    System.arraycopy(data, 0, pixels, 0, data.length)
    picture
  }
}
