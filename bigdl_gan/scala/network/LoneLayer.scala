package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Pass, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream

/** Runs one layer by itself, on plain arrays: an operation compiled for one call. */
private[gan] object LoneLayer {
  /** The gradients are empty if the output's was not given. */
  final case class Result(output: Array[Float], inputGradients: Seq[Array[Float]],
    weightGradient: Array[Float])

  /**
   * Runs on the calling thread, and does not change the number of threads that the engine uses there.
   *
   * @param inputs their shapes without the batch axis; `output` likewise
   * @param xs     an (N, *shape) for each input
   * @param dy     the output's gradient (N, *output), if gradients are wanted
   */
  def run(layer: LayerSpec, inputs: Seq[Array[Int]], output: Array[Int], weights: Array[Float],
    state: Array[Float], xs: Seq[Array[Float]], dy: Option[Array[Float]]): Result = {
    val batch = xs.head.length / inputs.head.product
    val context = Engines.context()
    val parallel = new Workers(1, "bigdl-gan-layer")
    try {
      val node = Node("layer", layer, inputs.indices.toArray, output, 0, weights.length, 0, state.length)
      val memory = new NetworkMemory(context, NetworkSpec(inputs.toArray.map(input(_)) :+ node))
      val edges = inputs.toArray.map(new Edge(context, _, batch))
      edges.indices.foreach { i =>
        edges(i).setBlob(plain(context, batch, inputs(i)))
        edges(i).consumers = Seq(Consumer(edges.length, i))
        NativeMemory.write(xs(i), 0, edges(i).data.pointer, xs(i).length)
      }
      val top = new Edge(context, output, batch)
      val op = layer.compile(new Site(context, edges.length, node, edges, top, memory,
        Settings(1, training = false, new DropoutStream(0, 0, 0), parallel), isPixelMajor = false))
      System.arraycopy(state, 0, memory.state, 0, state.length) // before the weights
      NativeMemory.write(weights, 0, memory.weights, weights.length)
      op.weightsChanged()
      run(context)(op.forward(_, Rows(0, batch)))
      val y = read(copy(context, top.data, plain(context, batch, output)), batch * output.product)
      dy.foreach(backward(context, op, top, _))
      val isWanted = dy.isDefined
      Result(y, if (isWanted) edges.map(edge => read(edge.gradient, batch * edge.shape.product)) else Nil,
        if (isWanted) read(memory.gradients, weights.length) else Array())
    } finally {
      context.close()
      parallel.close()
    }
  }

  private def input(shape: Array[Int]): Node = Node("input", InputSpec, Array(), shape, 0, 0, 0, 0)

  private def plain(context: DnnContext, batch: Int, shape: Array[Int]): Blob =
    context.blob(Layout.dims(batch, shape), Layout.plain(shape))

  private def backward(context: DnnContext, op: Op, top: Edge, dy: Array[Float]): Unit = {
    val given = plain(context, top.batch, top.shape)
    NativeMemory.write(dy, 0, given.pointer, dy.length)
    copy(context, given, top.gradient)
    run(context)(op.backward(_, Rows(0, top.batch), Needs(data = true, weights = true)))
  }

  private def run(context: DnnContext)(record: Pass => Unit): Unit = {
    val pass = new Pass(context)
    record(pass)
    pass.run()
  }

  private def copy(context: DnnContext, from: Blob, to: Blob): Blob = {
    run(context)(_.native(context.reorder(from, to)))
    to
  }

  private def read(blob: Blob, count: Int): Array[Float] = read(blob.pointer, count)

  private def read(pointer: Long, count: Int): Array[Float] = {
    val values = new Array[Float](count)
    NativeMemory.read(pointer, values, 0, count)
    values
  }
}
