package bigdl_gan.slow

import java.io.IOException
import java.net.URI
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger

import org.apache.hadoop.fs.permission.FsPermission
import org.apache.hadoop.fs.{FSDataOutputStream, FileStatus, Path, RawLocalFileSystem}
import org.apache.hadoop.util.Progressable

/**
 * The local disk as a distant file system: `slow:/path`. Each call takes some time, is counted, and
 * may be refused. As on HDFS, renaming a file never replaces another.
 */
class SlowFiles extends RawLocalFileSystem {
  override def getScheme: String = "slow"

  override def getUri: URI = URI.create("slow:///")

  override def create(path: Path, permission: FsPermission, overwrite: Boolean, bufferSize: Int,
    replication: Short, blockSize: Long, progress: Progressable): FSDataOutputStream =
    slowly("create", path)(
      super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress))

  override def create(path: Path, overwrite: Boolean, bufferSize: Int, replication: Short,
    blockSize: Long, progress: Progressable): FSDataOutputStream =
    slowly("create", path)(
      super.create(path, overwrite, bufferSize, replication, blockSize, progress))

  override def rename(from: Path, to: Path): Boolean =
    slowly("rename", to)(!super.exists(to) && super.rename(from, to))

  override def delete(path: Path, recursive: Boolean): Boolean =
    slowly("delete", path)(super.delete(path, recursive))

  override def mkdirs(path: Path): Boolean = slowly("mkdirs", path)(super.mkdirs(path))

  override def listStatus(path: Path): Array[FileStatus] =
    slowly("list", path)(super.listStatus(path))

  override def getFileStatus(path: Path): FileStatus =
    slowly("status", path)(super.getFileStatus(path))

  /** Calls that the local file system makes to itself cost nothing. */
  private def slowly[T](call: String, path: Path)(act: => T): T =
    if (SlowFiles.within.get) act
    else {
      SlowFiles.within.set(true)
      SlowFiles.enter(call)
      try {
        Thread.sleep(SlowFiles.milliseconds)
        if (SlowFiles.isRefused(s"$call ${path.getName}")) throw new IOException(s"$call refused")
        act
      } finally {
        SlowFiles.inFlight.decrementAndGet()
        SlowFiles.within.set(false)
      }
    }
}

/** The file system's settings and counts, in this JVM. */
object SlowFiles {
  private val counts = new ConcurrentHashMap[String, Integer]()
  private val inFlight, most, refusals = new AtomicInteger()
  private val within = ThreadLocal.withInitial[Boolean](() => false)
  @volatile private var milliseconds = 0
  @volatile private var pattern = ""

  /**
   * Sets how long each call takes, and resets the counts.
   *
   * @param refused a pattern for the calls to refuse, such as `rename 7.png`
   * @param times   how many of them to refuse
   */
  def reset(milliseconds: Int, refused: String, times: Int): Unit = {
    counts.clear()
    most.set(0)
    this.milliseconds = milliseconds
    pattern = refused
    refusals.set(times)
  }

  /** The calls of one kind since `reset`: create, rename, delete, mkdirs, list, status. */
  def calls(kind: String): Int = counts.getOrDefault(kind, 0)

  /** The most calls that ran at the same time. */
  def mostAtOnce(): Int = most.get

  private def enter(call: String): Unit = {
    counts.merge(call, 1, (a: Integer, b: Integer) => a + b)
    val now = inFlight.incrementAndGet()
    most.updateAndGet(n => math.max(n, now))
  }

  private def isRefused(call: String): Boolean =
    call.matches(pattern) && refusals.getAndDecrement() > 0
}
