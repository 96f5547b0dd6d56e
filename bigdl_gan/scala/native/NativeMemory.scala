package com.intel.analytics.bigdl.dllib.gan.native

import java.util.concurrent.atomic.AtomicLong

import com.intel.analytics.bigdl.mkl.Memory
import sun.misc.Unsafe

/** Aligned native memory, and copies between it and arrays; counts what is not yet released. */
private[gan] object NativeMemory {
  private val CacheLine = 64
  private val allocatedBytes = new AtomicLong()

  val unsafe: Unsafe = {
    val field = classOf[Unsafe].getDeclaredField("theUnsafe")
    field.setAccessible(true)
    field.get(null).asInstanceOf[Unsafe]
  }

  /** Bytes allocated and not yet released in this JVM. */
  def allocated: Long = allocatedBytes.get

  /** Whether one allocation may have this size: `AlignedMalloc` takes the size as an Int. */
  def fits(bytes: Long): Boolean = bytes <= Int.MaxValue

  def allocate(bytes: Long): Long = {
    if (!fits(bytes)) {
      throw new IllegalArgumentException("A layer's activations, and its weights, must each fit " +
        s"2 GB on one executor. Received: $bytes bytes. Lower `batchSize` or use more executors; " +
        "for the weights, use narrower layers.")
    }
    val pointer = Memory.AlignedMalloc(math.max(bytes, CacheLine.toLong).toInt, CacheLine)
    if (pointer == 0) {
      throw new OutOfMemoryError(s"$bytes bytes of native memory could not be allocated. " +
        "Raise spark.executor.memoryOverhead or lower `batchSize`.")
    }
    unsafe.setMemory(pointer, bytes, 0)
    allocatedBytes.addAndGet(bytes)
    pointer
  }

  def free(pointer: Long, bytes: Long): Unit = {
    Memory.AlignedFree(pointer)
    allocatedBytes.addAndGet(-bytes)
  }

  def write(from: Array[Float], offset: Int, to: Long, count: Int): Unit =
    unsafe.copyMemory(from, Unsafe.ARRAY_FLOAT_BASE_OFFSET + offset * 4L, null, to, count * 4L)

  def read(from: Long, to: Array[Float], offset: Int, count: Int): Unit =
    unsafe.copyMemory(null, from, to, Unsafe.ARRAY_FLOAT_BASE_OFFSET + offset * 4L, count * 4L)

  def copy(from: Long, to: Long, count: Long): Unit = unsafe.copyMemory(from, to, count * 4L)

  /** to += factor * from, on one thread. */
  def add(from: Long, to: Long, count: Int, factor: Float = 1f): Unit =
    combine(count, factor, from, 1f, to)

  /** to = a * from + b * to, on one thread. */
  def combine(count: Int, a: Float, from: Long, b: Float, to: Long): Unit =
    Memory.Axpby(count, a, from, b, to)
}
