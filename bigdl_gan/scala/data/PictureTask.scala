package com.intel.analytics.bigdl.dllib.gan.data

import java.io.IOException

import scala.collection.mutable

import org.apache.hadoop.fs.Path
import org.apache.spark.broadcast.Broadcast
import org.apache.spark.sql.Row
import org.apache.spark.util.SerializableConfiguration
import org.apache.spark.{TaskContext, TaskKilledException}

/** Writes a partition's rows. */
private[gan] final class PictureTask(folder: String, extension: String, encoder: PictureEncoder,
  mode: String, before: Broadcast[Map[String, Long]], settings: Broadcast[SerializableConfiguration])
  extends Serializable {
  import PictureFiles._
  import PictureTask._

  // Refusals are values, not exceptions: Spark would retry the task, and it would fail again.
  def run: Iterator[Row] => Result = rows => {
    val target = failing(folder)(new PictureFolder(new Path(folder), settings.value.value))
    val calls = new ConcurrentCalls(if (target.isLocal) LocalAtOnce else MostAtOnce)
    try writeAll(rows, target, calls)
    catch {
      case error: RowRefused => refused(BadRow, error.getMessage)
      case error: FileIsThere => refused(Exists, error.getMessage)
    } finally calls.close()
  }

  private def writeAll(rows: Iterator[Row], target: PictureFolder, calls: ConcurrentCalls): Result = {
    val names = mutable.HashSet[Long]()
    var there = 0L
    rows.foreach { row =>
      if (TaskContext.get.isInterrupted) throw new TaskKilledException("cancelled")
      val name = checked(row.getString(0))
      if (!names.add(row.getLong(2))) {
        throw new RowRefused(s"Rows must have different names. Received: '$name' twice.")
      }
      val bytes = encoder.encode(row.getStruct(1), name)
      val file = s"$name.$extension"
      val length = before.value.get(file)
      if (length.isDefined) there += 1
      (length, mode) match {
        case (None, _) => calls.add(() => failing(target.path(file))(target.add(file, bytes)))
        case (Some(-1L), _) => throw new FileIsThere("A picture must not have a folder's name. " +
          s"Received: ${target.path(file)}, a folder.")
        case (_, "overwrite") => calls.add(() => failing(target.path(file))(target.replace(file, bytes)))
        case (Some(present), "resume") if present == bytes.length =>
        case (Some(present), "resume") =>
          throw new FileIsThere("With mode=\"resume\", an existing picture must be the row's own. " +
            s"Received: ${target.path(file)} of $present bytes, but the row's picture has " +
            s"${bytes.length}.")
        case _ => throw new FileIsThere("With mode=\"error\", a picture must not exist yet. " +
          s"Received: ${target.path(file)}, which exists.")
      }
    }
    calls.finish()
    Result(names.size - there, there, names.toArray, None)
  }

  private def failing[T](path: Any)(act: => T): T =
    try act
    catch { case error: IOException => throw new WriteFailed(cannotWrite(path.toString, error), error) }
}

private[gan] object PictureTask {
  /**
   * Calls at once on distant file systems: a call takes some 10 ms, and a picture needs two or
   * more, while encoding it takes 1 ms. Each call holds an encoded picture and a buffer of 64 KB.
   */
  private val MostAtOnce = 16

  /** On ext4 with two tasks, 2 are a fifth faster than 1; 16 take 1.2 times the processor time. */
  private val LocalAtOnce = 2

  private def checked(name: String): String = {
    if (name == null || name.isEmpty || name.startsWith(".") || name.exists("/\\:".contains(_))) {
      throw new RowRefused("A picture's name must be a file name without a folder or a leading " +
        s"dot. Received: ${if (name == null) "null" else s"'$name'"}.")
    }
    name
  }
}

/** A row that cannot be written, however often the task is retried. */
private[gan] final class RowRefused(message: String) extends Exception(message)

/** The file system failed: another attempt may succeed. */
private[gan] final class WriteFailed(message: String, cause: Throwable)
  extends IOException(message, cause)

/** A file that the mode does not allow to change, or that is not the row's own. */
private[gan] final class FileIsThere(message: String) extends Exception(message)
