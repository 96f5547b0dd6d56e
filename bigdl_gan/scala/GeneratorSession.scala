package com.intel.analytics.bigdl.dllib.gan

import org.apache.spark.TaskContext

/**
 * A generator with its running statistics, compiled for one batch size.
 *
 * One call at a time: a task may end, and close this, while Spark's thread that feeds a Python
 * worker still pulls rows.
 */
private[gan] final class GeneratorSession(spec: NetworkSpec, values: Generation.Values, batch: Int) {
  private val context = new DnnContext
  Replica.prepareThread(1, Seq(spec))
  private val parallel = new Workers(1, "bigdl-gan-generator")
  private val network = new Network(context, spec, batch,
    Settings(1, training = false, new DropoutStream(0, 0, 0), parallel))
  private val output = plain()
  private val toPlain = new Pass(context)
  toPlain.native(context.reorder(network.output, output))
  private var isClosed = false
  private lazy val gradient = plain()
  private lazy val fromPlain = {
    val pass = new Pass(context)
    pass.native(context.reorder(gradient, network.outputGradient))
    pass
  }
  network.loadState(values.state)
  network.loadWeights(values.weights)

  private def plain(): Blob =
    context.blob(Layout.dims(batch, spec.outputShape), Layout.plain(spec.outputShape))

  /** The images of a whole batch of latents (batch, F): (batch, C, H, W), RGB, [-1, 1]. */
  def images(latents: Array[Float]): Array[Float] = synchronized {
    checkOpen()
    NativeMemory.write(latents, 0, network.input.pointer, latents.length)
    network.forward(network.all)
    toPlain.run()
    val pixels = new Array[Float](batch * spec.outputShape.product)
    NativeMemory.read(output.pointer, pixels, 0, pixels.length)
    pixels
  }

  /** The latents' gradient from that of the images that were made last. */
  def latentGradient(imageGradient: Array[Float]): Array[Float] = synchronized {
    checkOpen()
    NativeMemory.write(imageGradient, 0, gradient.pointer, imageGradient.length)
    fromPlain.run()
    network.backward(network.all, weights = false, Some(network.all))
    val slope = new Array[Float](batch * spec.inputShape.product)
    NativeMemory.read(network.inputGradient.pointer, slope, 0, slope.length)
    slope
  }

  private def checkOpen(): Unit =
    if (isClosed) throw new IllegalStateException("The task that this generator was for has ended.")

  def close(): Unit = synchronized {
    if (!isClosed) {
      isClosed = true
      context.close()
      parallel.close()
    }
  }
}

private[gan] object GeneratorSession {
  /** One that is closed when the present task ends. */
  def ofTask(spec: NetworkSpec, values: Generation.Values, batch: Int): GeneratorSession = {
    val session = new GeneratorSession(spec, values, batch)
    TaskContext.get().addTaskCompletionListener[Unit](_ => session.close())
    session
  }
}
