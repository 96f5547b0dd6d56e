package com.intel.analytics.bigdl.dllib.gan.data

import java.io.{FileNotFoundException, IOException}
import java.util.UUID

import scala.util.Try

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FileAlreadyExistsException, FileContext, FileSystem, LocalFileSystem}
import org.apache.hadoop.fs.{Options, Path, RawLocalFileSystem, UnsupportedFileSystemException}

/**
 * A folder in which every file is complete: it is written under another name, which begins with a
 * dot, and then renamed. Several threads may use it.
 */
private[gan] final class PictureFolder(folder: Path, settings: Configuration) {
  private val system = PictureFolder.plain(folder.getFileSystem(settings))
  private lazy val context = FileContext.getFileContext(folder.toUri, settings)

  /** Whether the folder is on this machine's own disk. */
  val isLocal: Boolean = system.getClass == classOf[RawLocalFileSystem]

  def path(name: String): Path = new Path(folder, name)

  /** Creates the folder if it is missing, and lists it: name -> bytes, -1 for a folder. */
  def open(isWanted: String => Boolean): Map[String, Long] = {
    if (!system.mkdirs(folder)) throw new IOException("the folder cannot be created")
    val entries = system.listStatusIterator(folder)
    val found = Map.newBuilder[String, Long]
    while (entries.hasNext) {
      val entry = entries.next()
      if (isWanted(entry.getPath.getName)) {
        found += entry.getPath.getName -> (if (entry.isFile) entry.getLen else -1L)
      }
    }
    found.result()
  }

  /**
   * Writes a file that was not there. If one of the same length has appeared since, it is taken for
   * this one, written by another attempt of this task.
   *
   * @throws RowRefused if it has another length
   */
  def add(name: String, bytes: Array[Byte]): Unit = beside(name, bytes) { partial =>
    val isNew = try system.rename(partial, path(name))
    catch { case _: FileAlreadyExistsException => false }
    if (!isNew) {
      val length = existing(path(name)).getOrElse(
        throw new IOException(s"$partial could not be renamed"))
      if (length != bytes.length) {
        throw new RowRefused(s"${path(name)} appeared during the job with $length bytes, but " +
          s"this row's picture has ${bytes.length}: two rows have the same name, or another job " +
          "writes to the folder.")
      }
    }
    isNew
  }

  /** Replaces a file, which stays as it is if this fails. */
  def replace(name: String, bytes: Array[Byte]): Unit = beside(name, bytes) { partial =>
    if (isLocal) moved(partial, path(name)) // POSIX replaces
    else {
      try context.rename(partial, path(name), Options.Rename.OVERWRITE)
      catch { case _: UnsupportedFileSystemException => swap(name, partial) }
    }
    true
  }

  /** Replaces a file without Hadoop's newer interface: for a moment, the file is missing. */
  private def swap(name: String, partial: Path): Unit = {
    val old = hidden(name)
    moved(path(name), old)
    try moved(partial, path(name)) catch {
      case error: IOException =>
        if (Try(moved(old, path(name))).isSuccess) throw error
        throw new IOException(s"${error.getMessage}; the old file is now $old", error)
    }
    system.delete(old, false)
  }

  private def moved(from: Path, to: Path): Unit =
    if (!system.rename(from, to)) throw new IOException(s"$from could not be renamed to $to")

  /** Writes a file under another name, and deletes it unless `place` renames it. */
  private def beside(name: String, bytes: Array[Byte])(place: Path => Boolean): Unit = {
    val partial = hidden(name)
    var isPlaced = false
    try {
      // its name is new: if overwriting is allowed, object stores need not check that
      val stream = system.create(partial, true, PictureFolder.BufferBytes,
        system.getDefaultReplication(partial), system.getDefaultBlockSize(partial), null)
      try stream.write(bytes) finally stream.close()
      isPlaced = place(partial)
    } finally if (!isPlaced) Try(system.delete(partial, false)) // the first failure counts
  }

  private def hidden(name: String): Path = path(s".$name.${UUID.randomUUID()}")

  private def existing(path: Path): Option[Long] =
    try Some(system.getFileStatus(path).getLen)
    catch { case _: FileNotFoundException => None }
}

private[gan] object PictureFolder {
  private val BufferBytes = 1 << 16

  /**
   * Hadoop's local file system without its checksums, which would lie beside each picture, and
   * without the two processes that it starts for each file to set permissions.
   */
  private def plain(system: FileSystem): FileSystem = system match {
    case local: LocalFileSystem => local.getRawFileSystem
    case other => other
  }
}
