package com.intel.analytics.bigdl.dllib.gan

import java.util.{List => JavaList}

import scala.collection.JavaConverters._

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.data.BalancedOrder
import com.intel.analytics.bigdl.dllib.gan.diagnosis.{AugmentProbe, LossProbe, MoverProbe, Probe}
import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.model.Lowering
import com.intel.analytics.bigdl.dllib.gan.training.{GANTrainer, TrainingConfig}
import org.apache.spark.bigdl_gan.{ExecutorInfo, ExecutorList}

/** The methods of `Bridge` for comparisons with other implementations. */
private[gan] trait ProbeMethods {
  def probeNetwork(model: Module[Float], input: Array[Byte], outputGradient: Array[Byte], batch: Int,
    groups: Int, training: Boolean, steps: Int, seed: Long): JavaList[Array[Byte]] =
    Probe.network(model, input, outputGradient, batch, groups, training, steps, seed)

  /** Has an engine make the driver's contexts from now on, the one that loads if it is ""; the engines' names. */
  def probeEngine(name: String): JavaList[String] = {
    Engines.choose(name)
    Engines.names.asJava
  }

  def probeRing(gradients: Array[Byte], size: Int, encrypted: Boolean): Array[Byte] =
    Probe.ring(gradients, size, encrypted)

  /** See `MoverProbe.run`; the first weights are the generator's. */
  def probeMoves(generator: Module[Float], discriminator: Module[Float], plan: String, role: String,
    gradients: Array[Byte], size: Int): JavaList[Array[Byte]] = {
    val (g, d) = (Lowering.lower(generator, "generator"), Lowering.lower(discriminator, "discriminator"))
    val config = TrainingConfig.of(plan, size, g.spec, d.spec)
    val descent = if (role == "generator") config.generatorDescent else config.discriminatorDescent
    MoverProbe.run(descent, g.weights, Probe.floats(gradients), size).map(Probe.bytes).asJava
  }

  def probeGather(values: Array[Byte], size: Int): Array[Byte] = Probe.gather(values, size)

  /** The executors' ids by rank; `live` has elements "id@host". */
  def probeRanks(live: JavaList[String], count: Int, holders: JavaList[String]): JavaList[String] = {
    val executors = live.asScala.map(_.split('@')).map { case Array(id, host) =>
      ExecutorInfo(id, host, cores = 1)
    }
    GANTrainer.ranked(ExecutorList.inOrder(executors), count, holders.asScala).map(_.id).toSeq.asJava
  }

  def probeRegistry(calls: JavaList[String]): JavaList[String] =
    Probe.registry(calls.asScala).asJava

  def probeUpdates(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte]): JavaList[Array[Byte]] =
    Probe.updates(generator, discriminator, plan, count, reals, latents, 1, Probe.block)

  /** The first images of a `BalancedOrder`. */
  def probeBalancedOrder(classes: JavaList[Int], seed: Long, rank: Int, count: Int): JavaList[Int] = {
    val order = new BalancedOrder(classes.asScala.toArray, seed, rank)
    (0 until count).map(order(_)).asJava
  }

  /** @param labels (draws, N, labels) */
  def probeConditional(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte], labels: Array[Byte], replicas: Int): JavaList[Array[Byte]] =
    Probe.updates(generator, discriminator, plan, count, reals, latents, replicas, Probe.block, labels)

  def probeReplicas(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte], replicas: Int): JavaList[Array[Byte]] =
    Probe.updates(generator, discriminator, plan, count, reals, latents, replicas, Probe.block)

  /** The same with flat vectors in blocks of so many channels: see `FlatOrder`. */
  def probeBlocks(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte], replicas: Int, block: Int): JavaList[Array[Byte]] =
    Probe.updates(generator, discriminator, plan, count, reals, latents, replicas, block)

  /** What `LossProbe.evaluate` returns. */
  def probeLoss(loss: String, smoothing: JavaList[Double], leCam: Double, logits: JavaList[Double])
  : String = LossProbe.evaluate(loss, smoothing.asScala, leCam, logits.asScala)

  /** What `AugmentProbe.show` returns. */
  def probeAugment(names: JavaList[String], seed: Long, draw: Int, pass: Int, shape: JavaList[Int],
    images: Array[Byte]): Array[Byte] =
    AugmentProbe.show(names.asScala, seed, draw, pass, shape.asScala, images)

  /** What `Probe.penalties` returns. */
  def probePenalties(generator: Module[Float], discriminator: Module[Float], plan: String, count: Int,
    reals: Array[Byte], latents: Array[Byte]): Array[Byte] =
    Probe.penalties(generator, discriminator, plan, count, reals, latents)
}
