package com.intel.analytics.bigdl.dllib.gan.generation

import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Pass, ThreadSetup, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{Network, Settings, TrainedNetwork}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream

/** A generator with its running statistics, compiled for one batch size and one thread, on the engine named. */
private[gan] final class CompiledGenerator(generator: TrainedNetwork, batch: Int, engine: String)
  extends AutoCloseable {
  import generator.spec

  ThreadSetup.prepare(1, spec.usesDllib)
  private val context = Engines.context(engine)
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

  def images(latents: Array[Float], labels: Array[Float]): Array[Float] = {
    NativeMemory.write(latents, 0, network.input.pointer, latents.length)
    if (labels.nonEmpty) NativeMemory.write(labels, 0, network.labels.pointer, labels.length)
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

  override def close(): Unit = {
    context.close()
    parallel.close()
  }
}
