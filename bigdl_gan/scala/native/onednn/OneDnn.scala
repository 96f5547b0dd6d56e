package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory

/**
 * The functions of bigdl_gan/c/onednn.c, which says what they do. `Libraries` loads them.
 *
 * Handles and addresses are Longs, 0 for what is absent. What makes something returns its handle or
 * minus a status; what does something returns the status.
 */
private[onednn] object OneDnn {
  @native def version(): Int
  @native def isa(): Int
  @native def statusText(status: Int): Long
  @native def threads(): Int

  @native def engine(): Long
  @native def freeEngine(engine: Long): Int
  @native def stream(engine: Long): Long
  @native def freeStream(stream: Long): Int

  @native def descriptor(rank: Int, dims: Long, kind: Int, tag: Int): Long
  @native def freeDescriptor(descriptor: Long): Int
  @native def size(descriptor: Long): Long
  @native def same(one: Long, other: Long): Int
  @native def rank(descriptor: Long): Int
  @native def dataType(descriptor: Long): Int
  @native def dims(descriptor: Long): Long

  @native def memory(engine: Long, descriptor: Long, address: Long): Long
  @native def freeMemory(memory: Long): Int

  @native def attributes(count: Int, operations: Long): Long
  @native def freeAttributes(attributes: Long): Int

  @native def convolution(engine: Long, kind: Int, source: Long, weights: Long, bias: Long, output: Long,
    window: Long, attributes: Long): Long
  @native def convolutionData(engine: Long, source: Long, weights: Long, output: Long, window: Long,
    forward: Long, attributes: Long): Long
  @native def convolutionWeights(engine: Long, source: Long, weights: Long, bias: Long, output: Long,
    window: Long, forward: Long, attributes: Long): Long
  @native def innerProduct(engine: Long, kind: Int, source: Long, weights: Long, bias: Long,
    output: Long, attributes: Long): Long
  @native def innerProductData(engine: Long, source: Long, weights: Long, output: Long, forward: Long,
    attributes: Long): Long
  @native def innerProductWeights(engine: Long, source: Long, weights: Long, bias: Long, output: Long,
    forward: Long, attributes: Long): Long
  @native def pooling(engine: Long, kind: Int, algorithm: Int, source: Long, output: Long, window: Long,
    attributes: Long): Long
  @native def poolingData(engine: Long, algorithm: Int, source: Long, output: Long, window: Long,
    forward: Long, attributes: Long): Long
  @native def eltwise(engine: Long, kind: Int, algorithm: Int, source: Long, output: Long, alpha: Float,
    beta: Float, attributes: Long): Long
  @native def eltwiseData(engine: Long, algorithm: Int, source: Long, output: Long, values: Long,
    alpha: Float, beta: Float, forward: Long, attributes: Long): Long
  @native def batchNorm(engine: Long, kind: Int, source: Long, output: Long, epsilon: Float, flags: Int,
    attributes: Long): Long
  @native def batchNormBackward(engine: Long, kind: Int, sourceGradient: Long, outputGradient: Long,
    source: Long, epsilon: Float, flags: Int, forward: Long, attributes: Long): Long
  @native def sum(engine: Long, output: Long, count: Int, scales: Long, sources: Long,
    attributes: Long): Long
  @native def reorder(engine: Long, from: Long, to: Long, attributes: Long): Long
  @native def freePrimitiveDescriptor(descriptor: Long): Int
  @native def end(descriptor: Long, end: Int): Long
  @native def implementation(descriptor: Long): Long

  @native def primitive(descriptor: Long): Long
  @native def freePrimitive(primitive: Long): Int
  @native def run(stream: Long, count: Int, steps: Long): Int

  /** The handle; throws IllegalStateException if it is a status. */
  def made(what: String, handle: Long): Long = {
    if (handle <= 0) failed(what, -handle.toInt)
    handle
  }

  /** Throws IllegalStateException if the status is not success. */
  def done(what: String, status: Int): Unit = if (status != 0) failed(what, status)

  private def failed(what: String, status: Int): Nothing =
    throw new IllegalStateException(s"oneDNN failed at $what: ${text(statusText(status))}.")

  /** A C string. */
  def text(address: Long): String =
    Iterator.from(0).map(i => NativeMemory.unsafe.getByte(address + i)).takeWhile(_ != 0).map(_.toChar).mkString
}
