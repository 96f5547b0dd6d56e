package com.intel.analytics.bigdl.dllib.gan.native

import scala.collection.mutable.ArrayBuffer

import com.intel.analytics.bigdl.mkl.{DataType, Engine, Memory, MklDnn, Stream}

/**
 * One replica's native objects: each lives until `close`.
 *
 * Always to be used from the same thread, because MKL-DNN's OpenMP team belongs to it.
 */
private[gan] final class DnnContext {
  if (!MklDnn.isLoaded) {
    throw new IllegalStateException("MKL-DNN's native libraries could not be loaded. They need " +
      "x86-64 Linux with glibc and a java.io.tmpdir from which files may be executed.")
  }
  private val releases = ArrayBuffer[() => Unit]()
  val engine: Long = Engine.Create(Engine.Kind.Cpu, 0)
  releases += (() => Engine.Destroy(engine))

  def allocate(bytes: Long): Long = {
    val pointer = NativeMemory.allocate(bytes)
    releases += (() => NativeMemory.free(pointer, bytes))
    pointer
  }

  private val scratches = scala.collection.mutable.Map[Scratch, (Long, Long)]()

  /** Memory shared by all callers with the same `use`; its content lasts for one operation. */
  def scratch(use: Scratch)(bytes: Long): Long = {
    val (pointer, size) = scratches.getOrElse(use, (0L, 0L))
    if (size >= bytes) pointer
    else {
      // What was recorded with the smaller piece keeps using that.
      val larger = allocate(bytes)
      scratches(use) = (larger, bytes)
      larger
    }
  }

  /** Whether convolutions use blocks of sixteen channels on this machine, as with AVX-512. */
  lazy val hasWideBlocks: Boolean = {
    val channels = PixelMajor.Block
    val conv = new Convolver(this, Array(channels, 1, channels), Array(channels, 1, channels),
      Window.Pointwise, bias = false)
    def format(pd: Long, end: Int): Int =
      Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(query(pd, end)))
    val (forward, backward) = (conv.forward(1), conv.backwardData(1))
    format(forward, End.Source) == Memory.Format.nChw16c &&
      format(forward, End.Weights) == Memory.Format.OIhw16i16o &&
      format(backward, End.Weights) == Memory.Format.IOhw16o16i
  }

  /** Registers an operation descriptor, or a memory descriptor, for release. */
  def descriptor(pointer: Long): Long = {
    releases += (() => MklDnn.FreeMemoryDescInit(pointer))
    pointer
  }

  def memoryDesc(dims: Array[Int], format: Int): Long =
    descriptor(MklDnn.MemoryDescInit(dims.length, dims, DataType.F32, format))

  /** An operation's primitive descriptor; a backward operation needs the forward one as `hint`. */
  def primitiveDesc(operation: Long, hint: Long = 0L): Long = {
    val pd = MklDnn.PrimitiveDescCreate(operation, engine, hint)
    releases += (() => MklDnn.PrimitiveDescDestroy(pd))
    pd
  }

  def ownPrimitiveDesc(pd: Long): Long = {
    releases += (() => MklDnn.PrimitiveDescDestroy(pd))
    pd
  }

  /** A tensor of this layout in its own memory, zeroed. */
  def blob(dims: Array[Int], format: Int): Blob = blobOf(layout(dims, format))

  /** A tensor of the layout that a primitive asks for, in its own memory, zeroed. */
  def blobOf(pd: Long): Blob = {
    val dims = Memory.GetShape(MklDnn.PrimitiveDescQueryMemory(pd))
    new Blob(this, dims, pd, allocate(MklDnn.PrimitiveDescGetSize(pd)))
  }

  /** A tensor in memory that somebody else owns. */
  def blobAt(dims: Array[Int], format: Int, pointer: Long, samples: Int = 1): Blob =
    new Blob(this, dims, layout(dims, format), pointer, samples)

  def layout(dims: Array[Int], format: Int): Long =
    ownPrimitiveDesc(MklDnn.MemoryPrimitiveDescCreate(memoryDesc(dims, format), engine))

  def memory(pd: Long, pointer: Long): Long = {
    val memory = MklDnn.PrimitiveCreate0(pd)
    Memory.SetDataHandle(memory, pointer, 0)
    releases += (() => MklDnn.PrimitiveDestroy(memory))
    memory
  }

  def primitive(pd: Long, inputs: Seq[Blob], outputs: Seq[Blob]): Long = {
    val primitive = MklDnn.PrimitiveCreate2(pd, inputs.map(_.memory).toArray,
      new Array[Int](inputs.length), inputs.length, outputs.map(_.memory).toArray, outputs.length)
    releases += (() => MklDnn.PrimitiveDestroy(primitive))
    primitive
  }

  def reorder(from: Blob, to: Blob): Long =
    primitive(ownPrimitiveDesc(MklDnn.ReorderPrimitiveDescCreate(from.pd, to.pd)), Seq(from),
      Seq(to))

  def sum(inputs: Seq[Blob], output: Blob): Long = {
    val pd = MklDnn.SumPrimitiveDescCreate(memoryDesc(output.dims, output.format), inputs.length,
      Array.fill(inputs.length)(1f), inputs.map(_.pd).toArray)
    primitive(ownPrimitiveDesc(pd), inputs, Seq(output))
  }

  /** The memory primitive descriptor for one of an operation's ends. */
  def query(pd: Long, end: Int): Long = MklDnn.PrimitiveDescQueryPd(pd, end, 0)

  def stream(primitives: Array[Long]): Long = {
    val stream = Stream.Create(Stream.Kind.Eager)
    releases += (() => Stream.Destroy(stream))
    Stream.Submit(stream, primitives.length, primitives)
    Stream.Wait(stream, 1)
    stream
  }

  /** Releases everything, in reverse order. */
  def close(): Unit = {
    releases.reverseIterator.foreach(_.apply())
    releases.clear()
  }
}
