package com.intel.analytics.bigdl.dllib.gan.diagnosis

import java.util.{List => JavaList}

import scala.collection.JavaConverters._
import scala.reflect.ClassTag

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.cluster.{Alone, Exchange, Registry, Ring, RingSettings}
import com.intel.analytics.bigdl.dllib.gan.engines.{Engines, KernelBlock}
import com.intel.analytics.bigdl.dllib.gan.model.{FlatBytes, Lowering}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeThread, Pass, ThreadSetup, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{FlatOrder, Network, NetworkSpec, Settings}
import com.intel.analytics.bigdl.dllib.gan.random.{DropoutStream, DropoutStreams}
import com.intel.analytics.bigdl.dllib.gan.training.TrainingState
import com.intel.analytics.bigdl.dllib.gan.training.{BatchSource, Game, StateOrder, TrainingConfig}

/**
 * Runs lowered networks and updates on the caller's numbers, in the driver, for comparison with
 * other implementations. Arrays are float32, little-endian, in plain order.
 */
private[gan] object Probe {
  def floats(bytes: Array[Byte]): Array[Float] = FlatBytes.floats(bytes)

  def bytes(values: Array[Float]): Array[Byte] = FlatBytes.of(values)

  private[diagnosis] def inContext[A](threads: Int, specs: Seq[NetworkSpec])
    (body: (DnnContext, Workers) => A): A = NativeThread.once {
    ThreadSetup.prepare(threads, specs.exists(_.usesDllib))
    val context = Engines.context()
    val parallel = new Workers(threads, "bigdl-gan-probe")
    try body(context, parallel) finally {
      context.close()
      parallel.close()
    }
  }

  /**
   * Runs one network forward and backward `steps` times, with moving running statistics.
   *
   * @return output, input gradient, weight gradients and running statistics
   */
  def network(model: Module[Float], input: Array[Byte], outputGradient: Array[Byte], batch: Int,
    groups: Int, training: Boolean, steps: Int, seed: Long): JavaList[Array[Byte]] = {
    val lowered = Lowering.lower(model, "network")
    val spec = lowered.spec
    inContext(2, Seq(spec)) { (context, parallel) =>
      val net = new Network(context, spec, batch,
        Settings(groups, training, new DropoutStream(seed, 0, 0), parallel))
      net.loadState(lowered.state)
      net.loadWeights(lowered.weights)
      val (x, dy) = (floats(input), floats(outputGradient))
      val (output, bottom, gradients) = (plain(context, net, spec.outputShape, net.output),
        new Array[Float](x.length), new Array[Float](spec.weightCount))
      for (_ <- 0 until steps) {
        NativeMemory.write(x, 0, net.input.pointer, x.length)
        net.forward(net.all)
        output._1.run()
        if (training) backward(context, net, spec, dy, bottom, gradients)
      }
      val y = new Array[Float](batch * spec.outputShape.product)
      NativeMemory.read(output._2.pointer, y, 0, y.length)
      Seq(y, bottom, gradients, net.state).map(bytes).asJava
    }
  }

  private def plain(context: DnnContext, net: Network, shape: Array[Int], blob: Blob)
  : (Pass, Blob) = {
    val copy = context.blob(Layout.dims(net.batch, shape), Layout.plain(shape))
    val pass = new Pass(context)
    pass.native(context.reorder(blob, copy))
    (pass, copy)
  }

  private def backward(context: DnnContext, net: Network, spec: NetworkSpec, dy: Array[Float],
    bottom: Array[Float], gradients: Array[Float]): Unit = {
    val top = context.blob(Layout.dims(net.batch, spec.outputShape), Layout.plain(spec.outputShape))
    NativeMemory.write(dy, 0, top.pointer, dy.length)
    val pass = new Pass(context)
    pass.native(context.reorder(top, net.outputGradient))
    pass.run()
    net.backward(net.all, weights = true, Some(net.all))
    NativeMemory.read(net.inputGradient.pointer, bottom, 0, bottom.length)
    net.readGradients(0, gradients.length, gradients, 0)
  }

  /**
   * What each of `size` replicas holds after they exchange gradients, then weights. The weights are
   * the mean gradients.
   *
   * @param gradients (size, count)
   * @return the same shape
   */
  def ring(gradients: Array[Byte], size: Int, encrypted: Boolean): Array[Byte] = {
    val given = floats(gradients).grouped(gradients.length / 4 / size).toArray
    val count = given(0).length
    val rings = ringOf(size, encrypted)
    val replicas = new Workers(size, "bigdl-gan-probe")
    val results = Array.fill(size)(new Array[Float](count))
    try replicas.range(size) { r =>
      val (mine, all) = (new Array[Float](count), results(r))
      val (from, until) = rings(r).part(count)
      rings(r).begin(() => false)
      rings(r).reduceScatter(mine, count)((at, n) => System.arraycopy(given(r), at, mine, at, n))
      val arrived = new Array[Boolean](count)
      System.arraycopy(mine, from, all, from, until - from)
      java.util.Arrays.fill(arrived, from, until, true)
      rings(r).allGather(all, count)((at, n) => java.util.Arrays.fill(arrived, at, at + n, true))
      if (arrived.contains(false)) throw new IllegalStateException("Not all values arrived.")
    } finally {
      rings.foreach(_.close())
      replicas.close()
    }
    bytes(results.flatten)
  }

  /** What each of `size` replicas gathers; `values` is (size, count), the result (size, size, count). */
  def gather(values: Array[Byte], size: Int): Array[Byte] = {
    val given = floats(values).grouped(values.length / 4 / size).toArray
    bytes(onReplicas(size)(exchange => exchange.gather(given(exchange.rank))).flatten)
  }

  /**
   * The texts that a registry has closed after some calls, in this order; a late one is "late".
   *
   * @param calls "put name value", "offer name value" (a present value stays), "remove name" and
   *              "end name"
   */
  def registry(calls: Seq[String]): Seq[String] = {
    val seen = scala.collection.mutable.ArrayBuffer[String]()
    val registry = new Registry[String](seen += _)
    calls.map(_.split(' ')).foreach {
      case Array("put", name, value) =>
        try registry.put(name, value) catch { case _: InterruptedException => seen += "late" }
      case Array("offer", name, value) =>
        try registry.put(name, value, _ => false) catch { case _: InterruptedException => seen += "late" }
      case Array("remove", name) => registry.remove(name, _ => true)
      case Array("end", name) => registry.end(name)
    }
    seen
  }

  /**
   * Runs complete updates on given images and latents, one draw after the other.
   *
   * @param reals    (draws, N, C, H, W)
   * @param latents  (draws, N, F)
   * @param replicas that share the N images, each a thread with its own end of a ring
   * @param block    of the replicas' flat vectors: see `FlatOrder`
   * @param labels   (draws, N, labels), for conditional networks
   * @return the last update's losses (generator, discriminator), both networks' gradients in it and
   *         their weights after it; the generator's averaged weights, and the first replica's
   *         averaged statistics
   */
  def updates(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte], replicas: Int, block: Int,
    labels: Array[Byte] = Array()): JavaList[Array[Byte]] = {
    val order = FlatOrder(block)
    val specs = Seq(generator, discriminator).map(Lowering.lower(_, "network").spec)
    val results = play(generator, discriminator, plan, count, reals, latents, replicas, order, labels) {
      (game, _) =>
        val (statistics, learners) = (game.statistics, game.learners.both)
        val models = game.learners.models.map(vector => vector.name -> vector.values).toMap
        val average = Seq("generator.average", "generator.averageStatistics").map(models.getOrElse(_, Array.empty[Float]))
        (Array(statistics.generatorLoss, statistics.discriminatorLoss).map(_.toFloat), learners.map(_.gradients),
          learners.map(_.weights), average)
    }
    val losses = Array(0, 1).map(i => results.map(_._1(i)).sum / replicas)
    def plain(vectors: Seq[Array[Float]]): Seq[Array[Float]] =
      specs.zip(vectors).map { case (spec, vector) => order.toPlain(spec, vector) }
    val gradients = plain(specs.indices.map(i => results.flatMap(_._2(i))))
    val average = plain(Seq(results.flatMap(_._4.head)).filter(_.nonEmpty))
    val statistics = results.head._4.last
    (losses +: (gradients ++ plain(results.head._3) :+ average.headOption.getOrElse(Array.empty) :+ statistics))
      .map(bytes).asJava
  }

  /** The block that a training's flat vectors have on machines like this one. */
  def block: Int = KernelBlock.here()

  /** The same updates' last penalties and gradient norms: `PenaltyStatistics.Names`. */
  def penalties(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte]): Array[Byte] =
    bytes(play(generator, discriminator, plan, count, reals, latents, 1, FlatOrder(block))((game, _) =>
      game.statistics.penalties.values.map(_.toFloat)).head)

  /** What `result` takes from each replica's game after all updates. */
  private def play[A: ClassTag](generator: Module[Float], discriminator: Module[Float],
    plan: String, count: Int, reals: Array[Byte], latents: Array[Byte], replicas: Int, order: FlatOrder,
    labels: Array[Byte] = Array())(
    result: (Game, Exchange) => A): Array[A] = {
    val (g, d) = (Lowering.lower(generator, "generator"),
      Lowering.lower(discriminator, "discriminator"))
    val config = TrainingConfig.of(plan, replicas, g.spec, d.spec).copy(order = order)
    val initial = new StateOrder(config).forReplicas(TrainingState.initial(g, d))
    onReplicas(replicas) { exchange =>
      inContext(2, Seq(g.spec, d.spec)) { (context, parallel) =>
        val game = new Game(context, config, initial,
          new DropoutStreams(0, exchange.rank * config.batch), exchange, parallel)
        val source = new Given(floats(reals), floats(latents), floats(labels), config, exchange)
        for (i <- 0 until count) game.update(i, source)
        result(game, exchange)
      }
    }
  }

  /** Runs `body` once for each replica of a ring, at the same time; the results by rank. */
  def onReplicas[A: ClassTag](size: Int)(body: Exchange => A): Array[A] =
    if (size == 1) Array(body(Alone)) else {
      val rings = ringOf(size, encrypted = false)
      val replicas = new Workers(size, "bigdl-gan-probe")
      val results = new Array[A](size)
      try replicas.range(size) { rank =>
        try {
          rings(rank).begin(() => false)
          results(rank) = body(rings(rank))
        } catch {
          case failure: Throwable =>
            rings(rank).close() // so that the others notice
            throw failure
        }
      } finally {
        rings.foreach(_.close())
        replicas.close()
      }
      results
    }

  private def ringOf(size: Int, encrypted: Boolean): Seq[Ring] = {
    val settings = RingSettings(port = 0, portRetries = 0, silenceMillis = 60 * 1000, encrypted)
    val rings = (0 until size).map(new Ring(_, size, "secret".getBytes, settings))
    rings.indices.foreach(r => rings(r).meet("127.0.0.1", rings((r + 1) % size).port))
    rings
  }

  /** A replica's share of given images and latents. */
  private final class Given(images: Array[Float], z: Array[Float], y: Array[Float],
    config: TrainingConfig, exchange: Exchange) extends BatchSource {
    override def reals(draw: Int, target: Blob, labels: Option[Blob]): Unit = {
      write(images, draw, config.discriminator.inputShape.product, target)
      labels.foreach(write(y, draw, config.discriminator.labelCount, _))
    }
    override def latents(draw: Int, target: Blob): Unit =
      write(z, draw, config.generator.inputShape.product, target)

    private def write(all: Array[Float], draw: Int, size: Int, target: Blob): Unit = {
      val count = config.batch * size
      NativeMemory.write(all, (draw * exchange.size + exchange.rank) * count, target.pointer, count)
    }
  }
}
