package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeThread, Pass, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.Network
import com.intel.analytics.bigdl.dllib.gan.ops.{Layout, Settings}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream
import com.intel.analytics.bigdl.dllib.gan.training.Replica
import org.apache.spark.TaskContext

/**
 * A generator for one task.
 *
 * One call at a time: the task may end, and close this, while Spark's thread that feeds a Python
 * worker still pulls rows.
 */
private[gan] final class GeneratorSession(compile: => CompiledGenerator) {
  private val thread = NativeThread.acquire()
  private val generator = try thread.run(compile) catch {
    case failure: Throwable =>
      thread.release()
      throw failure
  }
  private var isClosed = false

  /** The images of a whole batch of latents (batch, F): (batch, C, H, W), RGB, [-1, 1]. */
  def images(latents: Array[Float]): Array[Float] = whileOpen(generator.images(latents))

  /** The latents' gradient from that of the images that were made last. */
  def latentGradient(imageGradient: Array[Float]): Array[Float] =
    whileOpen(generator.latentGradient(imageGradient))

  private def whileOpen[A](body: => A): A = synchronized {
    if (isClosed) throw new IllegalStateException("The task that this generator was for has ended.")
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
  /** One that is closed when the present task ends. */
  def ofTask(generator: TrainedGenerator, batch: Int): GeneratorSession = {
    val session = new GeneratorSession(new CompiledGenerator(generator, batch))
    TaskContext.get().addTaskCompletionListener[Unit](_ => session.close())
    session
  }
}

/** A generator with its running statistics, compiled for one batch size and one thread. */
private[gan] final class CompiledGenerator(generator: TrainedGenerator, batch: Int) {
  import generator.spec

  Replica.prepareThread(1, Seq(spec))
  private val context = new DnnContext
  private val parallel = new Workers(1, "bigdl-gan-generator")
  private val (network, output, toPlain) = try compile() catch {
    case failure: Throwable =>
      close()
      throw failure
  }
  private lazy val gradient = plain()
  private lazy val fromPlain = {
    val pass = new Pass(context)
    pass.native(context.reorder(gradient, network.outputGradient))
    pass
  }

  private def compile(): (Network, Blob, Pass) = {
    val network = new Network(context, spec, batch,
      Settings(1, training = false, new DropoutStream(0, 0, 0), parallel))
    val (output, toPlain) = (plain(), new Pass(context))
    toPlain.native(context.reorder(network.output, output))
    network.loadState(generator.state)
    network.loadWeights(generator.weights)
    (network, output, toPlain)
  }

  private def plain(): Blob =
    context.blob(Layout.dims(batch, spec.outputShape), Layout.plain(spec.outputShape))

  def images(latents: Array[Float]): Array[Float] = {
    NativeMemory.write(latents, 0, network.input.pointer, latents.length)
    network.forward(network.all)
    toPlain.run()
    val pixels = new Array[Float](batch * spec.outputShape.product)
    NativeMemory.read(output.pointer, pixels, 0, pixels.length)
    pixels
  }

  def latentGradient(imageGradient: Array[Float]): Array[Float] = {
    NativeMemory.write(imageGradient, 0, gradient.pointer, imageGradient.length)
    fromPlain.run()
    network.backward(network.all, weights = false, Some(network.all))
    val slope = new Array[Float](batch * spec.inputShape.product)
    NativeMemory.read(network.inputGradient.pointer, slope, 0, slope.length)
    slope
  }

  def close(): Unit = {
    context.close()
    parallel.close()
  }
}
