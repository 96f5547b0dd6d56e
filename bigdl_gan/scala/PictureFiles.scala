package com.intel.analytics.bigdl.dllib.gan

import java.awt.image.{BufferedImage, DataBufferByte}
import java.io.{ByteArrayOutputStream, IOException}
import java.util.UUID
import javax.imageio.stream.MemoryCacheImageOutputStream
import javax.imageio.{IIOImage, ImageIO, ImageWriteParam}

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FileSystem, LocalFileSystem, Path}
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.util.SerializableConfiguration

/**
 * Images as picture files, one a row, written where the rows are.
 *
 * A file is written under another name and then renamed: what has its name is complete, and left
 * as it is by whoever writes the same row again.
 *
 * @param format  of ImageIO: png or jpeg
 * @param quality from 0 to 1, for jpeg
 */
private[gan] final class PictureFiles(folder: String, format: String, extension: String,
  quality: Float) extends Serializable {

  /**
   * Writes all rows: files written, and files that were there.
   *
   * @param frame a name, then an image struct
   */
  def write(frame: DataFrame): Array[Long] = {
    val settings = frame.sparkSession.sparkContext.broadcast(
      new SerializableConfiguration(frame.sparkSession.sessionState.newHadoopConf()))
    frame.rdd.mapPartitions { rows =>
      val target = new Path(folder)
      val system = PictureFiles.plain(target.getFileSystem(settings.value.value))
      system.mkdirs(target)
      val written = rows.map(row => writeRow(row, target, system))
      var (fresh, all) = (0L, 0L)
      written.foreach { isNew =>
        all += 1
        if (isNew) fresh += 1
      }
      Iterator.single(Array(fresh, all - fresh))
    }.fold(Array(0L, 0L))((a, b) => Array(a(0) + b(0), a(1) + b(1)))
  }

  private def writeRow(row: Row, folder: Path, system: FileSystem): Boolean = {
    val name = PictureFiles.checked(row.getString(0))
    val bytes = encode(row.getStruct(1), name)
    val path = new Path(folder, s"$name.$extension")
    if (isThere(path, bytes.length, system)) false
    else {
      val partial = new Path(folder, s".$name.${UUID.randomUUID()}")
      var isNew = false
      try {
        val stream = system.create(partial, false, PictureFiles.BufferBytes,
          system.getDefaultReplication(partial), system.getDefaultBlockSize(partial), null)
        try stream.write(bytes) finally stream.close()
        isNew = system.rename(partial, path) // HDFS refuses where another task was faster
        if (!isNew && !isThere(path, bytes.length, system)) {
          throw new IOException(s"$path cannot be written: $partial could not be renamed.")
        }
      } finally if (!isNew) system.delete(partial, false)
      isNew
    }
  }

  /** Whether a picture of so many bytes is there; an exception for one of other bytes. */
  private def isThere(path: Path, bytes: Int, system: FileSystem): Boolean =
    existing(path, system).exists { length =>
      if (length != bytes) {
        throw new IOException(s"$path is there with $length bytes, and this row's picture has " +
          s"$bytes: two rows have one name, or the folder holds other pictures. Choose another " +
          "folder, or a column of different names.")
      }
      true
    }

  private def existing(path: Path, system: FileSystem): Option[Long] =
    try Some(system.getFileStatus(path).getLen)
    catch { case _: java.io.FileNotFoundException => None }

  private def encode(image: Row, name: String): Array[Byte] = {
    if (image == null) throw new IllegalArgumentException(s"The image '$name' is null. Drop it.")
    val (height, width, channels) = (image.getInt(1), image.getInt(2), image.getInt(3))
    val data = image.getAs[Array[Byte]](5)
    if (data.length != height.toLong * width * channels || image.getInt(4) != (if (channels == 1) 0 else 16)) {
      throw new IllegalArgumentException(s"The image '$name' must be of mode 0 or 16, with height " +
        s"x width x nChannels bytes. Received: mode ${image.getInt(4)}, ${data.length} bytes.")
    }
    // Spark's image struct has the order of bytes of AWT's type
    val picture = new BufferedImage(width, height,
      if (channels == 1) BufferedImage.TYPE_BYTE_GRAY else BufferedImage.TYPE_3BYTE_BGR)
    val pixels = picture.getRaster.getDataBuffer.asInstanceOf[DataBufferByte].getData
    System.arraycopy(data, 0, pixels, 0, data.length)
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

private[gan] object PictureFiles {
  private val BufferBytes = 1 << 16

  /**
   * Hadoop's local file system without its checksums, which would lie beside each picture, and
   * with neither of the two processes that it starts for each file to set its permissions.
   */
  private def plain(system: FileSystem): FileSystem = system match {
    case local: LocalFileSystem => local.getRawFileSystem
    case other => other
  }

  private def checked(name: String): String = {
    if (name == null || name.isEmpty || name.startsWith(".") || name.exists("/\\:".contains(_))) {
      throw new IllegalArgumentException("A picture's name must be a file's name, without a folder " +
        s"or a dot before it. Received: ${if (name == null) "null" else s"'$name'"}.")
    }
    name
  }
}
