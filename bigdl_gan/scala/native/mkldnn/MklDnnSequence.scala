package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.mkl.Stream

/**
 * Primitives in one stream, which is submitted once and then rerun: a stream keeps what is submitted
 * to it, so submitting each time would take ever more memory.
 *
 * @param onClose registers what releases the stream
 */
private[mkldnn] final class MklDnnSequence(primitives: Array[Long], onClose: (() => Unit) => Unit)
  extends Runnable {
  private var stream = 0L

  override def run(): Unit = if (stream == 0L) submit() else {
    Stream.Rerun(stream)
    Stream.Wait(stream, 1) // a stream can be rerun only after a wait
  }

  private def submit(): Unit = {
    stream = Stream.Create(Stream.Kind.Eager)
    onClose(() => Stream.Destroy(stream))
    Stream.Submit(stream, primitives.length, primitives)
    Stream.Wait(stream, 1)
  }
}
