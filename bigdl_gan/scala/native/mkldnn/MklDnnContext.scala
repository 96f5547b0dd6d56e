package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Differentiable, DnnContext, Element, Elementwise, Format}
import com.intel.analytics.bigdl.dllib.gan.native.{Layout, Pool, Primitive, Weighted, Window}
import com.intel.analytics.bigdl.mkl.{DataType, Engine, Memory, MklDnn}

/** Makes MKL-DNN's objects. What it returns as a number is a pointer to one, released at the end. */
private[mkldnn] final class MklDnnContext extends DnnContext {
  if (!MklDnn.isLoaded) {
    throw new IllegalStateException("MKL-DNN's native libraries could not be loaded. They need " +
      "x86-64 Linux with glibc and a java.io.tmpdir from which files may be executed.")
  }
  private val engine: Long = Engine.Create(Engine.Kind.Cpu, 0)
  onClose(() => Engine.Destroy(engine))

  /** Registers an operation descriptor, or a memory descriptor, for release. */
  def descriptor(pointer: Long): Long = {
    onClose(() => MklDnn.FreeMemoryDescInit(pointer))
    pointer
  }

  def memoryDesc(dims: Array[Int], format: Int): Long =
    descriptor(MklDnn.MemoryDescInit(dims.length, dims, DataType.F32, format))

  /** An operation's primitive descriptor; a backward operation needs the forward one as `hint`. */
  def primitiveDesc(operation: Long, hint: Long = 0L): Long =
    owned(MklDnn.PrimitiveDescCreate(descriptor(operation), engine, hint))

  private def owned(pd: Long): Long = {
    onClose(() => MklDnn.PrimitiveDescDestroy(pd))
    pd
  }

  def layoutOf(dims: Array[Int], format: Int): MklDnnLayout = new MklDnnLayout(this, dims,
    owned(MklDnn.MemoryPrimitiveDescCreate(memoryDesc(dims, format), engine)))

  override def layout(dims: Array[Int], format: Format, element: Element): Layout = {
    check(element)
    layoutOf(dims, MklDnnFormat.number(format))
  }

  private def check(element: Element): Unit = if (element != Element.Float32) {
    throw new IllegalArgumentException(s"MKL-DNN 0.19 computes in float32 only. Received: $element.")
  }

  override def memory(layout: Layout, pointer: Long): Long = {
    val memory = MklDnn.PrimitiveCreate0(MklDnnLayout.of(layout).pd)
    Memory.SetDataHandle(memory, pointer, 0)
    onClose(() => MklDnn.PrimitiveDestroy(memory))
    memory
  }

  def primitive(pd: Long, inputs: Seq[Blob], outputs: Seq[Blob]): Primitive = {
    val pointer = MklDnn.PrimitiveCreate2(pd, inputs.map(_.memory).toArray,
      new Array[Int](inputs.length), inputs.length, outputs.map(_.memory).toArray, outputs.length)
    onClose(() => MklDnn.PrimitiveDestroy(pointer))
    new MklDnnPrimitive(pointer)
  }

  override def reorder(from: Blob, to: Blob): Primitive = {
    val Seq(source, target) = Seq(from, to).map(blob => MklDnnLayout.of(blob.layout).pd)
    primitive(owned(MklDnn.ReorderPrimitiveDescCreate(source, target)), Seq(from), Seq(to))
  }

  override def sum(inputs: Seq[Blob], output: Blob): Primitive = {
    val pd = MklDnn.SumPrimitiveDescCreate(MklDnnLayout.of(output.layout).memoryDesc, inputs.length,
      Array.fill(inputs.length)(1f), inputs.map(blob => MklDnnLayout.of(blob.layout).pd).toArray)
    primitive(owned(pd), inputs, Seq(output))
  }

  override def convolution(source: Array[Int], output: Array[Int], window: Window, bias: Boolean,
    element: Element, groups: Int): Weighted = {
    check(element)
    new MklDnnConvolution(this, source, output, window, bias, groups)
  }

  override def innerProduct(inputs: Int, outputs: Int, bias: Boolean, element: Element): Weighted = {
    check(element)
    new MklDnnInnerProduct(this, inputs, outputs, bias)
  }

  /** Found so of 4, 8, 64 and 100 inputs, and not of 5, 7, 10, 30 and 101: MKL's product. */
  override def roundsRowsAlike(inputs: Int): Boolean = inputs % 4 == 0

  override def pooling(pool: Pool, window: Window, source: Layout, output: Array[Int])
  : Differentiable = new MklDnnPooling(this, pool, window, MklDnnLayout.of(source), output)

  override def elementwise(function: Elementwise, source: Layout): Differentiable =
    new MklDnnElementwise(this, function, MklDnnLayout.of(source))

  override def batchNorm(source: Layout, epsilon: Float, fixed: Boolean): Differentiable =
    new MklDnnBatchNorm(this, MklDnnLayout.of(source), epsilon, fixed)

  override def sequence(primitives: Seq[Primitive]): Runnable =
    new MklDnnSequence(primitives.map(MklDnnPrimitive.of(_).pointer).toArray, onClose)
}
