package com.intel.analytics.bigdl.dllib.gan.scoring

import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Layout, NativeMemory, Pass, ThreadSetup, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{Network, Settings, TrainedNetwork}
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream

/**
 * Networks with their running statistics, each of which takes the output of the one before; compiled
 * for one batch size and one thread, on the engine named.
 */
private[gan] final class CompiledScorer(networks: Seq[TrainedNetwork], batch: Int, engine: String)
  extends AutoCloseable {
  ThreadSetup.prepare(1, networks.exists(_.spec.usesDllib))
  private val context = Engines.context(engine)
  private val parallel = new Workers(1, "bigdl-gan-scorer")
  private val stages = try networks.map(new Stage(_)) catch {
    case failure: Throwable =>
      close()
      throw failure
  }

  private final class Stage(trained: TrainedNetwork) {
    private val shape = trained.spec.outputShape
    private val network = new Network(context, trained.spec, batch,
      Settings(1, training = false, new DropoutStream(0, 0, 0), parallel))
    private val plain = context.blob(Layout.dims(batch, shape), Layout.plain(shape))
    private val toPlain = new Pass(context)
    toPlain.native(context.reorder(network.output, plain))
    network.loadState(trained.state)
    network.loadWeights(trained.weights)

    def run(input: Array[Float], labels: Array[Float]): Array[Float] = {
      if (labels.nonEmpty) NativeMemory.write(labels, 0, network.labels.pointer, labels.length)
      NativeMemory.write(input, 0, network.input.pointer, input.length)
      network.forward(network.all)
      toPlain.run()
      val values = new Array[Float](batch * shape.product)
      NativeMemory.read(plain.pointer, values, 0, values.length)
      values
    }
  }

  /**
   * Each network's output (batch, F), from a full batch of the first one's inputs (batch, C, H, W).
   *
   * @param labels (batch, labels) for the first network, or none if it takes none
   */
  def outputs(input: Array[Float], labels: Array[Float]): Seq[Array[Float]] = {
    val first = stages.head.run(input, labels)
    stages.tail.scanLeft(first)((values, stage) => stage.run(values, Array.empty))
  }

  override def close(): Unit = {
    context.close()
    parallel.close()
  }
}
