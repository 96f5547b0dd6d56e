package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Differentiable, DnnContext, Element, Elementwise, Format}
import com.intel.analytics.bigdl.dllib.gan.native.{Layout, Pool, Primitive, Scratch, Weighted, Window}

/** Makes oneDNN's objects. What it returns as a number is a handle to one, released at the end. */
private[onednn] final class OneDnnContext extends DnnContext {
  val engine: Long = owned("an engine", OneDnn.engine())(OneDnn.freeEngine)
  private val stream = owned("a stream", OneDnn.stream(engine))(OneDnn.freeStream)

  /** Of all primitives: their scratch memory is the context's. */
  val attributes: Long = owned("attributes", OneDnn.attributes(0, 0L))(OneDnn.freeAttributes)

  /** The layout of activations with many channels, on this machine. */
  val blocked: Format =
    if ((OneDnn.isa() & Numbers.Avx512) == Numbers.Avx512) Format.NCHW16c else Format.NCHW8c

  private def owned(what: String, handle: Long)(free: Long => Int): Long = {
    OneDnn.made(what, handle)
    onClose(() => free(handle))
    handle
  }

  /** A memory descriptor, by oneDNN's numbers for its layout and type. */
  def descriptor(dims: Array[Int], tag: Int, kind: Int): Long = owned(
    s"a tensor of ${dims.mkString("x")}", Lists.ofInts(dims)(OneDnn.descriptor(dims.length, _, kind, tag)))(
    OneDnn.freeDescriptor)

  /** A memory descriptor for a layout of which the library may choose the order. */
  def anyDescriptor(dims: Array[Int], element: Element): Long =
    descriptor(dims, Numbers.AnyTag, Numbers.TypeOf(element))

  /** A vector's memory descriptor, which is float32. */
  def vectorDescriptor(length: Int): Long =
    descriptor(Array(length), Numbers.TagOf(Format.X), Numbers.TypeOf(Element.Float32))

  /** Has a primitive's descriptor released at the end. */
  def primitiveDescriptor(what: String, handle: Long): Long =
    owned(what, handle)(OneDnn.freePrimitiveDescriptor)

  def primitive(descriptor: Long): Long =
    owned("a primitive", OneDnn.primitive(descriptor))(OneDnn.freePrimitive)

  /** A primitive with its arguments, and with scratch memory if it wants some. */
  def prepared(descriptor: Long, primitive: Long, arguments: Seq[(Int, Long)]): Primitive = {
    val scratch = OneDnn.end(descriptor, Numbers.ScratchpadEnd)
    val bytes = if (scratch == 0) 0L else OneDnn.size(scratch)
    new OneDnnPrimitive(primitive, if (bytes == 0) arguments
      else arguments :+ (Numbers.ScratchpadArgument -> memoryOf(scratch, this.scratch(Scratchpad)(bytes))))
  }

  private def memoryOf(descriptor: Long, pointer: Long): Long =
    owned("a tensor", OneDnn.memory(engine, descriptor, pointer))(OneDnn.freeMemory)

  override def layout(dims: Array[Int], format: Format, element: Element): OneDnnLayout = {
    val tag = Numbers.TagOf.getOrElse(format,
      throw new IllegalArgumentException(s"A layout must have a name to be made by it. Received: $format."))
    new OneDnnLayout(this, descriptor(dims, tag, Numbers.TypeOf(element)), Some(format))
  }

  override def memory(layout: Layout, pointer: Long): Long =
    memoryOf(OneDnnLayout.of(layout).descriptor, pointer)

  override def reorder(from: Blob, to: Blob): Primitive = {
    val Seq(source, target) = Seq(from, to).map(blob => OneDnnLayout.of(blob.layout).descriptor)
    val made = primitiveDescriptor(s"a copy from ${from.format} to ${to.format}",
      OneDnn.reorder(engine, source, target, attributes))
    prepared(made, primitive(made), Seq(Numbers.From -> from.memory, Numbers.To -> to.memory))
  }

  override def sum(inputs: Seq[Blob], output: Blob): Primitive = {
    val made = primitiveDescriptor(s"a sum of ${inputs.length} tensors",
      Lists.ofFloats(Seq.fill(inputs.length)(1f)) { scales =>
        Lists.ofLongs(inputs.map(blob => OneDnnLayout.of(blob.layout).descriptor)) { sources =>
          OneDnn.sum(engine, OneDnnLayout.of(output.layout).descriptor, inputs.length, scales, sources,
            attributes)
        }
      })
    prepared(made, primitive(made), (Numbers.To -> output.memory) +:
      inputs.zipWithIndex.map { case (blob, i) => Numbers.FirstTerm + i -> blob.memory })
  }

  override def convolution(source: Array[Int], output: Array[Int], window: Window, bias: Boolean,
    element: Element, groups: Int): Weighted =
    new OneDnnConvolution(this, source, output, window, bias, element, groups)

  override def innerProduct(inputs: Int, outputs: Int, bias: Boolean, element: Element): Weighted =
    new OneDnnInnerProduct(this, inputs, outputs, bias, element)

  override def roundsRowsAlike(inputs: Int): Boolean = false

  override def pooling(pool: Pool, window: Window, source: Layout, output: Array[Int])
  : Differentiable = new OneDnnPooling(this, pool, window, OneDnnLayout.of(source), output)

  override def elementwise(function: Elementwise, source: Layout): Differentiable =
    new OneDnnElementwise(this, function, OneDnnLayout.of(source))

  override def batchNorm(source: Layout, epsilon: Float, fixed: Boolean): Differentiable =
    new OneDnnBatchNorm(this, OneDnnLayout.of(source), epsilon, fixed)

  override def sequence(primitives: Seq[Primitive]): Runnable =
    new OneDnnSequence(stream, primitives.map(OneDnnPrimitive.of), allocate)
}

/** A primitive's scratch memory, which each uses while it runs. */
private[onednn] case object Scratchpad extends Scratch
