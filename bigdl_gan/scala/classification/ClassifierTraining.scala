package com.intel.analytics.bigdl.dllib.gan.classification

import com.intel.analytics.bigdl.dllib.gan.data.ImageStruct
import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeThread, Pass, ThreadSetup, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{Network, Settings, TrainedNetwork}
import com.intel.analytics.bigdl.dllib.gan.random.{DropoutStream, Random}
import com.intel.analytics.bigdl.dllib.gan.training.Schedule
import com.intel.analytics.bigdl.dllib.gan.training.optimizer.{Adam, OptimizerState, SlicedOptimizer}
import org.apache.spark.TaskContext
import org.apache.spark.sql.DataFrame

/** Trains a network that ends in the classes' logits, in one task with all of the rows. */
private[gan] object ClassifierTraining {
  /** @param losses the mean cross-entropy of each epoch */
  case class Result(network: TrainedNetwork, losses: Array[Double])

  /**
   * The rows' order and partitions do not matter, nor does the executor. As many threads work as a
   * task has cores.
   *
   * @param frame (image struct, class from 0 on)
   */
  def run(frame: DataFrame, network: TrainedNetwork, plan: ClassifierPlan): Result = {
    val sent = frame.sparkSession.sparkContext.broadcast(network)
    try {
      frame.toDF().rdd.coalesce(1, shuffle = true).mapPartitions { rows =>
        val most = Runtime.getRuntime.maxMemory / 2
        val images = LabelledImages.of(rows, sent.value.spec.inputShape, most)
        val task = TaskContext.get()
        Iterator(NativeThread.once {
          new ClassifierTraining(images, sent.value, plan, task.cpus(), () => task.isInterrupted()).result()
        })
      }.collect().head
    } finally sent.destroy()
  }
}

private[gan] final class ClassifierTraining(images: LabelledImages, network: TrainedNetwork,
  plan: ClassifierPlan, threads: Int, stopped: () => Boolean) {
  private val spec = network.spec
  private val (batch, classes) = (plan.batch, spec.outputShape.product)
  private val updates = plan.updates(images.count)
  private val schedule = Schedule.Cosine(0, updates, 0.0)
  private val (sums, counts) = (new Array[Double](plan.epochs), new Array[Int](plan.epochs))
  private var order = (-1, Array[Int]())

  def result(): ClassifierTraining.Result = {
    ThreadSetup.prepare(threads, spec.usesDllib)
    val context = Engines.context()
    val parallel = new Workers(threads, "bigdl-gan-classifier")
    try new Run(context, parallel).result() finally {
      context.close()
      parallel.close()
    }
  }

  /** The image at a position of the endless sequence of epochs. */
  private def drawn(position: Long): Int = {
    val epoch = (position / images.count).toInt
    if (order._1 != epoch) order = (epoch, Random.permutation(plan.seed, epoch, 0, images.count))
    order._2((position % images.count).toInt)
  }

  private final class Run(context: DnnContext, parallel: Workers) {
    private val dropout = new DropoutStream(plan.seed, 0, 0)
    private val compiled = new Network(context, spec, batch,
      Settings(1, training = true, dropout, parallel))
    private val (logits, slopes) = (plain(), plain())
    private val (fromNetwork, toNetwork) =
      (copy(compiled.output, logits), copy(slopes, compiled.outputGradient))
    private val values = new Array[Float](batch * classes)
    private val optimizer = new SlicedOptimizer(Adam(plan.learningRate, 0, 0.9, 0.999, 1e-8), 0,
      compiled.weightCount, OptimizerState(Map.empty, Map.empty), parallel)

    private def plain(): Blob =
      context.blob(Layout.dims(batch, spec.outputShape), Layout.plain(spec.outputShape))

    private def copy(from: Blob, to: Blob): Pass = {
      val pass = new Pass(context)
      pass.native(context.reorder(from, to))
      pass
    }

    def result(): ClassifierTraining.Result = {
      compiled.loadState(network.state)
      compiled.loadWeights(network.weights)
      for (update <- 0 until updates) {
        if (stopped()) throw new InterruptedException("Spark ended this task.")
        val chosen = Array.tabulate(batch)(i => drawn(update.toLong * batch + i))
        val epoch = math.min(plan.epochs - 1, (update.toLong * batch / images.count).toInt)
        sums(epoch) += step(update, chosen)
        counts(epoch) += 1
      }
      val losses = sums.zip(counts).map { case (sum, count) => sum / count }
      ClassifierTraining.Result(TrainedNetwork(spec, compiled.weights, compiled.state), losses)
    }

    /** One update; returns the mean loss before it. */
    private def step(update: Int, chosen: Array[Int]): Double = {
      load(chosen)
      dropout.begin(update)
      dropout.nextPass()
      compiled.forward(compiled.all)
      fromNetwork.run()
      NativeMemory.read(logits.pointer, values, 0, values.length)
      val loss = chosen.indices.map(i => crossEntropy(i, images.label(chosen(i)))).sum / batch
      NativeMemory.write(values, 0, slopes.pointer, values.length)
      toNetwork.run()
      compiled.backward(compiled.all, weights = true, None)
      optimizer.update(schedule(update))({ turn =>
        compiled.readWeights(turn.start, turn.count, turn.weights, 0)
        compiled.readGradients(turn.start, turn.count, turn.gradients, 0)
      }, _ => (), turn => compiled.loadWeights(turn.start, turn.count, turn.weights, 0))
      loss
    }

    private def load(chosen: Array[Int]): Unit = {
      val size = spec.inputShape.product
      parallel.range(batch) { i =>
        val planes = ImageStruct.toPlanes(images.bytes(chosen(i)), spec.inputShape(0))
        NativeMemory.write(planes, 0, compiled.input.pointer + 4L * i * size, size)
      }
    }

    /** A row's cross-entropy; replaces its logits by the gradient of the batch's mean. */
    private def crossEntropy(row: Int, label: Int): Double = {
      val first = row * classes
      var (largest, sum) = (Float.NegativeInfinity, 0.0)
      for (k <- 0 until classes) largest = math.max(largest, values(first + k))
      for (k <- 0 until classes) sum += math.exp(values(first + k).toDouble - largest)
      val loss = math.log(sum) + largest - values(first + label)
      for (k <- 0 until classes) {
        val probability = math.exp(values(first + k).toDouble - largest) / sum
        values(first + k) = ((probability - (if (k == label) 1 else 0)) / batch).toFloat
      }
      loss
    }
  }
}
