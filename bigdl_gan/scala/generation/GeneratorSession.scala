package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.native.NativeThread
import org.apache.spark.TaskContext

/**
 * A generator for one task.
 *
 * It takes one call at a time: the task may end and close this while the thread with which Spark
 * feeds a Python worker still pulls rows.
 */
private[gan] final class GeneratorSession(compile: => CompiledGenerator) {
  private val thread = NativeThread.acquire()
  private val generator = try thread.run(compile) catch {
    case failure: Throwable =>
      thread.release()
      throw failure
  }
  private var isClosed = false

  /** The images for a full batch of latents (batch, F): (batch, C, H, W), RGB, [-1, 1]. */
  def images(latents: Array[Float]): Array[Float] = whileOpen(generator.images(latents))

  /** The latents' gradient from the gradient of the images that were made last. */
  def latentGradient(imageGradient: Array[Float]): Array[Float] =
    whileOpen(generator.latentGradient(imageGradient))

  private def whileOpen[A](body: => A): A = synchronized {
    if (isClosed) throw new IllegalStateException("This generator's task has ended.")
    thread.run(body)
  }

  def close(): Unit = synchronized {
    if (!isClosed) {
      isClosed = true
      try thread.run(generator.close()) finally thread.release()
    }
  }
}

private[gan] object GeneratorSession {
  /** A session that closes when the current task ends. */
  def ofTask(generator: TrainedGenerator, batch: Int): GeneratorSession = {
    val session = new GeneratorSession(new CompiledGenerator(generator, batch))
    TaskContext.get().addTaskCompletionListener[Unit](_ => session.close())
    session
  }
}
