package com.intel.analytics.bigdl.dllib.gan.native

import scala.collection.mutable.{ArrayBuffer, Map => MutableMap}

/**
 * One replica's native objects in one library: each lives until `close`.
 *
 * Always to be used from the same thread, because OpenMP's team belongs to it.
 */
private[gan] abstract class DnnContext {
  private val releases = ArrayBuffer[() => Unit]()
  private val scratches = MutableMap[Scratch, (Long, Long)]()

  /** Has `close` call this, before what was registered earlier. */
  protected[native] final def onClose(release: () => Unit): Unit = releases += release

  /** A layout by its name. */
  def layout(dims: Array[Int], format: Format, element: Element = Element.Float32): Layout

  /** The library's object for a tensor in memory that somebody owns. */
  def memory(layout: Layout, pointer: Long): Long

  /** Copies into another layout. */
  def reorder(from: Blob, to: Blob): Primitive

  /** Adds up tensors of the same dims, into another one. */
  def sum(inputs: Seq[Blob], output: Blob): Primitive

  /**
   * A convolution, in layouts that the library chooses; the bias is a vector.
   *
   * @param source  (C, H, W) that the convolution reads
   * @param output  (C, H, W) that it writes
   * @param groups  of channels; the outputs of one read only its inputs
   * @param element of source, output, weights and the gradients of the first two; the others are
   *                float32
   */
  def convolution(source: Array[Int], output: Array[Int], window: Window, bias: Boolean,
    element: Element = Element.Float32, groups: Int = 1): Weighted

  /** W x + b of plain tensors (N, F); the library chooses the weights' layout. */
  def innerProduct(inputs: Int, outputs: Int, bias: Boolean, element: Element = Element.Float32)
  : Weighted

  /** Whether an inner product of so many inputs rounds a row the same wherever it lies in the batch. */
  def roundsRowsAlike(inputs: Int): Boolean

  /**
   * Output, and Workspace if it takes the maximum, from Source; SourceGradient from OutputGradient
   * and Workspace.
   *
   * @param output (C, H, W), in the source's order
   */
  def pooling(pool: Pool, window: Window, source: Layout, output: Array[Int]): Differentiable

  /**
   * Output, which may be the same memory, from Source; SourceGradient from Source and
   * OutputGradient. All have one layout. Of a ReLU whose slope is not negative, Source may hold the
   * output.
   */
  def elementwise(function: Elementwise, source: Layout): Differentiable

  /**
   * Normalisation of each channel of (N, C, H, W): Output, Mean and (biased) Variance from Source,
   * Scale and Shift. The gradients of Source, Scale and Shift come from Source, Mean, Variance,
   * OutputGradient, Scale and Shift. Shift must follow Scale in memory, and so their gradients.
   *
   * @param fixed whether mean and variance are given, not computed
   */
  def batchNorm(source: Layout, epsilon: Float, fixed: Boolean): Differentiable

  /** Runs primitives one after the other, any number of times; to be made when they first run. */
  def sequence(primitives: Seq[Primitive]): Runnable

  final def allocate(bytes: Long): Long = {
    val pointer = NativeMemory.allocate(bytes)
    onClose(() => NativeMemory.free(pointer, bytes))
    pointer
  }

  /** Memory shared by all callers with the same `use`; its content lasts for one operation. */
  final def scratch(use: Scratch)(bytes: Long): Long = {
    val (pointer, size) = scratches.getOrElse(use, (0L, 0L))
    if (size >= bytes) pointer
    else {
      // What was recorded with the smaller piece keeps using that.
      val larger = allocate(bytes)
      scratches(use) = (larger, bytes)
      larger
    }
  }

  /** A tensor in its own memory, zeroed. */
  final def blob(dims: Array[Int], format: Format, element: Element = Element.Float32): Blob =
    blobOf(layout(dims, format, element))

  final def blobOf(layout: Layout): Blob = new Blob(this, layout, allocate(layout.bytes))

  /** A float32 tensor in memory that somebody else owns. */
  final def blobAt(dims: Array[Int], format: Format, pointer: Long, samples: Int = 1): Blob =
    new Blob(this, layout(dims, format), pointer, samples)

  /** Whether convolutions use blocks of sixteen channels on this machine, as with AVX-512. */
  final lazy val hasWideBlocks: Boolean = {
    val shape = Array(PixelMajor.Block, 1, PixelMajor.Block)
    val conv = convolution(shape, shape, Window.Pointwise, bias = false)
    val (forward, data) = (conv.forward(1), conv.data(1))
    forward.layout(Role.Source).format == Format.NCHW16c &&
      forward.layout(Role.Weights).format == Format.OIHW16i16o &&
      data.layout(Role.Weights).format == Format.IOHW16o16i
  }

  /** Releases everything, in reverse order. */
  final def close(): Unit = {
    releases.reverseIterator.foreach(_.apply())
    releases.clear()
  }
}
