package com.intel.analytics.bigdl.dllib.gan.diagnosis

import java.nio.{ByteBuffer, ByteOrder}
import java.util.{List => JavaList}

import scala.collection.JavaConverters._

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.cluster.{Alone, Exchange, Registry, Ring, RingSettings}
import com.intel.analytics.bigdl.dllib.gan.model.Lowering
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{NativeThread, Pass, ThreadSetup, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{Network, NetworkSpec, Settings}
import com.intel.analytics.bigdl.dllib.gan.random.{DropoutStream, DropoutStreams}
import com.intel.analytics.bigdl.dllib.gan.training.{BatchSource, Game, TrainingConfig, TrainingState}

/**
 * Runs lowered networks and updates on the caller's numbers, in the driver, for comparison with
 * other implementations. Arrays are float32, little-endian, in plain order.
 */
private[gan] object Probe {
  def floats(bytes: Array[Byte]): Array[Float] = {
    val values = new Array[Float](bytes.length / 4)
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values)
    values
  }

  def bytes(values: Array[Float]): Array[Byte] = {
    val buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN)
    buffer.asFloatBuffer().put(values)
    buffer.array()
  }

  private def inContext[A](threads: Int, specs: Seq[NetworkSpec])
    (body: (DnnContext, Workers) => A): A = NativeThread.once {
    ThreadSetup.prepare(threads, specs.exists(_.usesDllib))
    val context = new DnnContext
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
    net.readGradients(gradients, 0, gradients.length)
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
    val results = Array.fill(size)(new Array[Float](count))
    inRing(size, encrypted) { ring =>
      val (mine, all) = (new Array[Float](count), results(ring.rank))
      val (from, until) = ring.part(count)
      ring.begin(() => false)
      ring.reduceScatter(mine, count)((at, n) => System.arraycopy(given(ring.rank), at, mine, at, n))
      val arrived = new Array[Boolean](count)
      System.arraycopy(mine, from, all, from, until - from)
      java.util.Arrays.fill(arrived, from, until, true)
      ring.allGather(all, count)((at, n) => java.util.Arrays.fill(arrived, at, at + n, true))
      if (arrived.contains(false)) throw new IllegalStateException("Not all values arrived.")
    }
    bytes(results.flatten)
  }

  /**
   * What each of `size` replicas has after all passed their values to `gather`.
   *
   * @param values float64, big-endian, (size, count)
   * @return (size, size, count)
   */
  def gather(values: Array[Byte], size: Int, encrypted: Boolean): Array[Byte] = {
    val count = values.length / 8 / size
    val result = ByteBuffer.allocate(values.length * size)
    inRing(size, encrypted) { ring =>
      val own = new Array[Double](count)
      ByteBuffer.wrap(values, 8 * count * ring.rank, 8 * count).asDoubleBuffer().get(own)
      ring.begin(() => false)
      val found = ring.gather(own)
      result.synchronized(found.indices.foreach(r => found(r).indices.foreach(i =>
        result.putDouble(8 * ((ring.rank * size + r) * count + i), found(r)(i)))))
    }
    result.array()
  }

  /** Runs `body` for each replica in this process, all at the same time. */
  def inRing(size: Int, encrypted: Boolean)(body: Exchange => Unit): Unit = if (size == 1) body(Alone) else {
    val settings = RingSettings(port = 0, portRetries = 0, silenceMillis = 60 * 1000, encrypted)
    val rings = (0 until size).map(new Ring(_, size, "secret".getBytes, settings))
    val replicas = new Workers(size, "bigdl-gan-probe")
    rings.indices.foreach(r => rings(r).meet("127.0.0.1", rings((r + 1) % size).port))
    try replicas.range(size)(r => body(rings(r))) finally {
      rings.foreach(_.close())
      replicas.close()
    }
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
   * @param reals   (draws, N, C, H, W)
   * @param latents (draws, N, F)
   * @return the last update's losses (generator, discriminator), both networks' gradients in it and
   *         their weights after it, and the generator's averaged weights and statistics, or empty
   */
  def updates(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte]): JavaList[Array[Byte]] = {
    val (g, d) = (Lowering.lower(generator, "generator"),
      Lowering.lower(discriminator, "discriminator"))
    inContext(2, Seq(g.spec, d.spec)) { (context, parallel) =>
      val config = TrainingConfig.of(plan, replicas = 1, g.spec, d.spec)
      val game = new Game(context, config, TrainingState.initial(g, d), new DropoutStreams(0, 0), Alone,
        parallel)
      val source = new Given(floats(reals), floats(latents), config.batch * d.spec.inputShape.product,
        config.batch * g.spec.inputShape.product)
      for (i <- 0 until count) game.update(i, source)
      val (statistics, learners) = (game.statistics, game.learners.both)
      val losses = Array(statistics.generatorLoss, statistics.discriminatorLoss)
      val models = game.learners.models.map(vector => vector.name -> vector.values).toMap
      val average = Seq("generator.average", "generator.averageStatistics")
        .map(models.getOrElse(_, Array.empty[Float]))
      (losses.map(_.toFloat) +: (learners.map(_.gradients) ++ learners.map(_.weights) ++ average))
        .map(bytes).asJava
    }
  }

  private final class Given(images: Array[Float], z: Array[Float], imageCount: Int, zCount: Int)
    extends BatchSource {
    override def reals(draw: Int, target: Blob): Unit =
      NativeMemory.write(images, draw * imageCount, target.pointer, imageCount)
    override def latents(draw: Int, target: Blob): Unit =
      NativeMemory.write(z, draw * zCount, target.pointer, zCount)
  }
}
