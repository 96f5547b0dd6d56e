package com.intel.analytics.bigdl.dllib.gan

import java.io.{File, RandomAccessFile}
import java.nio.{Buffer, ByteBuffer}
import java.nio.channels.FileChannel

import scala.collection.mutable

import org.apache.spark.bigdl_gan.ExecutorMemory
import org.apache.spark.storage.StorageLevel

/**
 * One executor's share of the images: on the heap, within Spark's storage memory, and what does
 * not fit there in a mapped file of Spark's local folder, for the system's page cache to hold.
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
    else if (level.useDisk) ExecutorMemory.storage / 2 // or nothing would be left for Spark itself
    else ExecutorMemory.storage

  try fill() catch {
    case failure: Throwable =>
      close()
      throw failure
  }

  private val ends = counts.scanLeft(0)(_ + _).tail.toArray
  val count: Int = ends.lastOption.getOrElse(0)

  private def fill(): Unit = {
    val spilled = mutable.ArrayBuffer[(Int, Long, Int)]() // segment, offset in the file, bytes
    blocks.foreach { block =>
      counts += block.count
      if (fits(block.pixels.length)) segments += new ImageStore.OnHeap(block.pixels) else {
        spilled += ((segments.length, openSpill().append(block.pixels), block.pixels.length))
        segments += null
      }
    }
    spill.foreach(_.map(spilled).foreach { case (index, found) => segments(index) = found })
  }

  private def fits(bytes: Int): Boolean = {
    val fitting = taken + bytes <= memoryLimit && ExecutorMemory.acquire(bytes)
    if (fitting) taken += bytes
    else if (!level.useDisk) {
      throw new IllegalArgumentException("The images of an executor must fit its storage memory " +
        s"with storageLevel='MEMORY_ONLY'. Received: more than ${memoryLimit >> 20} MB. Set " +
        "storageLevel='MEMORY_AND_DISK', or raise spark.executor.memory (spark.driver.memory in " +
        "local mode).")
    }
    fitting
  }

  private def openSpill(): ImageStore.Spill = {
    spill = spill.orElse(Some(new ImageStore.Spill(ExecutorMemory.localFile())))
    spill.get
  }

  /** Copies the bytes of an image to `to`. */
  def read(image: Int, to: Array[Byte]): Unit = {
    val found = java.util.Arrays.binarySearch(ends, image + 1)
    val segment = if (found >= 0) found else -found - 1
    segments(segment).read((image - (ends(segment) - counts(segment))) * to.length, to)
  }

  def close(): Unit = {
    segments.clear()
    spill.foreach(_.delete())
    ExecutorMemory.release(taken)
    taken = 0
  }
}

private[gan] object ImageStore {
  private val MaxMapped = 1L << 30

  private sealed trait Segment {
    def read(from: Int, to: Array[Byte]): Unit
  }

  private final class OnHeap(bytes: Array[Byte]) extends Segment {
    override def read(from: Int, to: Array[Byte]): Unit =
      System.arraycopy(bytes, from, to, 0, to.length)
  }

  private final class Mapped(region: ByteBuffer, start: Int) extends Segment {
    override def read(from: Int, to: Array[Byte]): Unit = {
      val view = region.duplicate() // several threads read, and a buffer has one position
      view.asInstanceOf[Buffer].position(start + from) // Java 8 knows no other
      view.get(to)
    }
  }

  /** A file that grows, and is mapped when it is complete. */
  private final class Spill(file: File) {
    private val channel = new RandomAccessFile(file, "rw").getChannel
    private var end = 0L

    /** Where the bytes begin. */
    def append(bytes: Array[Byte]): Long = {
      val (begin, buffer) = (end, ByteBuffer.wrap(bytes))
      while (buffer.hasRemaining) end += channel.write(buffer, end)
      begin
    }

    /** The segments that were appended, by their number, in regions that a buffer can address. */
    def map(parts: Seq[(Int, Long, Int)]): Seq[(Int, Segment)] = try {
      val regions = mutable.ArrayBuffer[mutable.ArrayBuffer[(Int, Long, Int)]]()
      parts.foreach { part =>
        if (regions.isEmpty || part._2 + part._3 - regions.last.head._2 > MaxMapped) {
          regions += mutable.ArrayBuffer()
        }
        regions.last += part
      }
      regions.flatMap { region =>
        val (first, (_, lastOffset, lastBytes)) = (region.head._2, region.last)
        val mapped =
          channel.map(FileChannel.MapMode.READ_ONLY, first, lastOffset + lastBytes - first)
        region.map { case (index, offset, _) => index -> new Mapped(mapped, (offset - first).toInt) }
      }
    } finally channel.close()

    def delete(): Unit = {
      channel.close()
      file.delete()
    }
  }
}
