package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory.unsafe

/**
 * Primitives and their arguments as one list in native memory, so that a run is one call.
 *
 * @param allocate gives memory that lasts
 */
private[onednn] final class OneDnnSequence(stream: Long, primitives: Seq[OneDnnPrimitive],
  allocate: Long => Long) extends Runnable {
  import OneDnnSequence.{ArgumentBytes, StepBytes}

  private val steps = allocate(primitives.length * StepBytes +
    primitives.map(_.arguments.length).sum * ArgumentBytes)

  private var argument = steps + primitives.length * StepBytes
  primitives.zipWithIndex.foreach { case (primitive, i) =>
    val step = steps + i * StepBytes
    unsafe.putLong(step, primitive.handle)
    unsafe.putLong(step + 8, primitive.arguments.length)
    unsafe.putLong(step + 16, argument)
    primitive.arguments.foreach { case (number, memory) =>
      unsafe.putInt(argument, number)
      unsafe.putLong(argument + 8, memory)
      argument += ArgumentBytes
    }
  }

  override def run(): Unit = OneDnn.done("a layer", OneDnn.run(stream, primitives.length, steps))
}

private[onednn] object OneDnnSequence {
  private val StepBytes = 24L // in onednn.c, `step`
  private val ArgumentBytes = 16L // oneDNN's dnnl_exec_arg_t
}
