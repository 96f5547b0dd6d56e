package com.intel.analytics.bigdl.dllib.gan.data

import java.io.{EOFException, File, RandomAccessFile}
import java.nio.ByteBuffer

import scala.collection.mutable

import org.apache.spark.bigdl_gan.ExecutorMemory
import org.apache.spark.storage.StorageLevel

/**
 * One executor's share of the images: on the heap, within Spark's storage memory. What does not fit
 * goes to a file in Spark's local folder, which the system's page cache can hold.
 *
 * Images are numbered in the order of their hashes, so a number means the same image in whatever
 * order the blocks came.
 *
 * @param blocks taken one by one; images of one size
 */
private[gan] final class ImageStore(blocks: Iterator[ImageBlock], level: StorageLevel) {
  private val segments = mutable.ArrayBuffer[ImageStore.Segment]()
  private val counts = mutable.ArrayBuffer[Int]()
  private var taken = 0L // bytes of Spark's storage memory
  private var spill: Option[ImageStore.Spill] = None
  private val memoryLimit =
    if (!level.useMemory) 0L
    else if (level.useDisk && !ExecutorMemory.encryptsDisks) {
      ExecutorMemory.storage / 2 // or nothing would be left for Spark itself
    }
    else ExecutorMemory.storage

  private val hashes = mutable.ArrayBuilder.make[Long]()

  try blocks.foreach(keep) catch {
    case failure: Throwable =>
      close()
      throw failure
  }

  private val ends = counts.scanLeft(0)(_ + _).tail.toArray
  private val order = ImageStore.ordered(hashes.result())
  val count: Int = order.length

  private def keep(block: ImageBlock): Unit = {
    counts += block.count
    hashes ++= ImageHash.each(block)
    segments += (if (fits(block.pixels.length)) new ImageStore.OnHeap(block.pixels)
      else openSpill().append(block.pixels))
  }

  private def fits(bytes: Int): Boolean = {
    val fitting = taken + bytes <= memoryLimit && ExecutorMemory.acquire(bytes)
    if (fitting) taken += bytes
    else if (!level.useDisk) {
      throw new IllegalArgumentException("An executor's images must fit its storage memory " +
        s"with storageLevel='MEMORY_ONLY'. Received: more than ${memoryLimit >> 20} MB. Set " +
        "storageLevel='MEMORY_AND_DISK', or raise spark.executor.memory (spark.driver.memory in " +
        "local mode).")
    }
    fitting
  }

  private def openSpill(): ImageStore.Spill = {
    if (ExecutorMemory.encryptsDisks) {
      throw new IllegalArgumentException("An executor's images must fit its storage memory if " +
        "spark.io.encryption.enabled=true: the rest would lie on the disk unencrypted. " +
        s"Received: more than ${memoryLimit >> 20} MB. Raise spark.executor.memory " +
        "(spark.driver.memory in local mode), or use more executors.")
    }
    spill = spill.orElse(Some(new ImageStore.Spill(ExecutorMemory.localFile())))
    spill.get
  }

  /** Copies an image's bytes to `to`; from any thread. */
  def read(image: Int, to: Array[Byte]): Unit = {
    val stored = order(image)
    val found = java.util.Arrays.binarySearch(ends, stored + 1)
    val segment = if (found >= 0) found else -found - 1
    segments(segment).read((stored - (ends(segment) - counts(segment))) * to.length, to)
  }

  def close(): Unit = {
    segments.clear()
    spill.foreach(_.delete())
    ExecutorMemory.release(taken)
    taken = 0
  }
}

private[gan] object ImageStore {
  /** The hashes' indices in ascending order; creates no objects, because images are millions. */
  private def ordered(hashes: Array[Long]): Array[Int] = {
    val sorted = hashes.clone()
    java.util.Arrays.sort(sorted)
    val (order, taken) = (new Array[Int](hashes.length), new Array[Int](hashes.length))
    hashes.indices.foreach { i =>
      val first = lowest(sorted, hashes(i))
      order(first + taken(first)) = i // equal hashes are equal images, in any order
      taken(first) += 1
    }
    order
  }

  /** The first index of a value that is present. */
  private def lowest(sorted: Array[Long], value: Long): Int = {
    var (low, high) = (0, sorted.length - 1)
    while (low < high) {
      val middle = (low + high) >>> 1
      if (sorted(middle) < value) low = middle + 1 else high = middle
    }
    low
  }

  private sealed trait Segment {
    def read(from: Int, to: Array[Byte]): Unit
  }

  private final class OnHeap(bytes: Array[Byte]) extends Segment {
    override def read(from: Int, to: Array[Byte]): Unit =
      System.arraycopy(bytes, from, to, 0, to.length)
  }

  /**
   * A file that grows.
   *
   * It is read, not mapped: a mapping lives until the garbage collector finds it, and until then
   * the disk would hold the images of ended trainings.
   */
  private final class Spill(file: File) {
    private val channel = new RandomAccessFile(file, "rw").getChannel
    private var end = 0L

    def append(bytes: Array[Byte]): Segment = {
      val (begin, buffer) = (end, ByteBuffer.wrap(bytes))
      while (buffer.hasRemaining) end += channel.write(buffer, end)
      new Segment {
        override def read(from: Int, to: Array[Byte]): Unit = readAt(begin + from, ByteBuffer.wrap(to))
      }
    }

    private def readAt(position: Long, to: ByteBuffer): Unit =
      while (to.hasRemaining) {
        if (channel.read(to, position + to.position()) < 0) {
          throw new EOFException(s"$file is shorter than when it was written.")
        }
      }

    def delete(): Unit = {
      channel.close()
      file.delete()
    }
  }
}
