package com.intel.analytics.bigdl.dllib.gan

import java.io.FileNotFoundException

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path
import org.apache.hadoop.io.IOUtils
import org.apache.spark.sql.{Column, SparkSession}
import org.apache.spark.sql.functions.udf
import org.apache.spark.util.SerializableConfiguration

/** A file's bytes, or why there are none. */
private[gan] case class FileContent(content: Array[Byte], problem: String)

/** Files read where the rows are, through Hadoop and by the session's own settings. */
private[gan] object FileBytes {
  private val Most = 256 << 20 // a batch of rows holds several

  /** A column of FileContent for a column of paths; a path of null gives a null in both fields. */
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
      if (length > Most) {
        FileContent(null, s"a file of $length bytes, more than $Most")
      } else {
        val bytes = new Array[Byte](length.toInt)
        val stream = system.open(path)
        try IOUtils.readFully(stream, bytes, 0, bytes.length) finally stream.close()
        FileContent(bytes, null)
      }
    } catch {
      // any other exception may pass: Spark tries the task again
      case _: FileNotFoundException => FileContent(null, "no such file")
      case error: IllegalArgumentException => FileContent(null, s"no path: ${error.getMessage}")
    }
}
