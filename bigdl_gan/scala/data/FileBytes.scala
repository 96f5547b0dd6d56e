package com.intel.analytics.bigdl.dllib.gan.data

import java.io.{FileNotFoundException, InputStream}

import org.apache.commons.io.IOUtils
import org.apache.commons.io.input.BoundedInputStream
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{Path, UnsupportedFileSystemException}
import org.apache.spark.sql.functions.udf
import org.apache.spark.sql.{Column, SparkSession}
import org.apache.spark.util.SerializableConfiguration

/** A file's bytes, or why there are none. */
private[gan] case class FileContent(content: Array[Byte], problem: String)

/** Reads files on the executors, through Hadoop and with the session's settings. */
private[gan] object FileBytes {
  private val Most = 256 << 20 // a batch of rows holds several
  private val Encoded = "%[0-9A-Fa-f]{2}".r

  /** A column of FileContent for a column of paths; a null path gives null in both fields. */
  def column(spark: SparkSession, path: Column): Column = {
    val settings = spark.sparkContext.broadcast(
      new SerializableConfiguration(spark.sessionState.newHadoopConf()))
    val read = udf((name: String) => FileBytes.read(name, settings.value.value))
    read.asNondeterministic()(path) // else Spark reads once per use
  }

  private def read(name: String, settings: Configuration): FileContent =
    if (name == null) FileContent(null, null)
    else try {
      val path = new Path(name)
      val system = path.getFileSystem(settings)
      val length = system.getFileStatus(path).getLen
      if (length > Most) FileContent(null, s"a file of $length bytes, more than $Most")
      else {
        val stream = system.open(path)
        try content(stream, length.toInt) finally stream.close()
      }
    } catch {
      // any other failure may be temporary: Spark retries the task
      case _: FileNotFoundException =>
        val isEncoded = Encoded.findFirstIn(name).isDefined
        FileContent(null, "no such file" + (if (isEncoded) "; is its path URL-encoded, as input_file_name() gives it?" else ""))
      case error: IllegalArgumentException =>
        FileContent(null, s"not a valid path: ${error.getMessage}")
      case error: UnsupportedFileSystemException => FileContent(null, error.getMessage)
      case MissingClass(name) => FileContent(null, s"no class $name, which its file system needs")
    }

  /** @param length -1 if the file system does not know it, as with http */
  private def content(stream: InputStream, length: Int): FileContent =
    if (length >= 0) {
      val bytes = new Array[Byte](length)
      IOUtils.readFully(stream, bytes)
      FileContent(bytes, null)
    } else {
      val bytes = IOUtils.toByteArray(new BoundedInputStream(stream, Most + 1L))
      if (bytes.length <= Most) FileContent(bytes, null)
      else FileContent(null, s"a file of more than $Most bytes")
    }

  /** Hadoop wraps the exception if it knows a scheme, but lacks the jar with its class. */
  private object MissingClass {
    def unapply(error: Throwable): Option[String] = error match {
      case missing: NoClassDefFoundError => Some(missing.getMessage)
      case _ => Option(error.getCause).collect {
        case missing: ClassNotFoundException => missing.getMessage.stripPrefix("Class ").stripSuffix(" not found")
      }
    }
  }
}
