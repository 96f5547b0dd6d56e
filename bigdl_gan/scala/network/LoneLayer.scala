package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Pass, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream

/** Runs one layer by itself, on plain arrays, in a network compiled for one call. */
private[gan] object LoneLayer {
  /** The gradients are empty if the output's was not given. */
  final case class Result(output: Array[Float], inputGradient: Array[Float],
    weightGradient: Array[Float])

  /**
   * Runs on the calling thread, and does not change the number of threads that the engine uses there.
   *
   * @param input  its shape without the batch axis; `output` likewise
   * @param x      (N, *input)
   * @param dy     the output's gradient (N, *output), if gradients are wanted
   */
  def run(layer: LayerSpec, input: Array[Int], output: Array[Int], weights: Array[Float],
    state: Array[Float], x: Array[Float], dy: Option[Array[Float]]): Result = {
    val batch = x.length / input.product
    val spec = NetworkSpec(Array(Node("input", InputSpec, Array(), input, 0, 0, 0, 0),
      Node("layer", layer, Array(0), output, 0, weights.length, 0, state.length)))
    val context = Engines.context()
    val parallel = new Workers(1, "bigdl-gan-layer")
    try {
      val network = new Network(context, spec, batch,
        Settings(1, training = false, new DropoutStream(0, 0, 0), parallel))
      network.loadState(state)
      network.loadWeights(weights)
      NativeMemory.write(x, 0, network.input.pointer, x.length)
      network.forward(network.all)
      val y = read(copy(context, network.output, context.blob(Layout.dims(batch, output),
        Layout.plain(output))), batch * output.product)
      dy.map(backward(context, network, spec, y, _)).getOrElse(Result(y, Array(), Array()))
    } finally {
      context.close()
      parallel.close()
    }
  }

  private def backward(context: DnnContext, network: Network, spec: NetworkSpec, y: Array[Float],
    dy: Array[Float]): Result = {
    val shape = spec.outputShape
    val top = context.blob(Layout.dims(network.batch, shape), Layout.plain(shape))
    NativeMemory.write(dy, 0, top.pointer, dy.length)
    copy(context, top, network.outputGradient)
    network.backward(network.all, weights = true, Some(network.all))
    val gradients = new Array[Float](spec.weightCount)
    network.readGradients(0, gradients.length, gradients, 0)
    Result(y, read(network.inputGradient, network.batch * spec.inputShape.product), gradients)
  }

  private def copy(context: DnnContext, from: Blob, to: Blob): Blob = {
    val pass = new Pass(context)
    pass.native(context.reorder(from, to))
    pass.run()
    to
  }

  private def read(blob: Blob, count: Int): Array[Float] = {
    val values = new Array[Float](count)
    NativeMemory.read(blob.pointer, values, 0, count)
    values
  }
}
