package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.model.NetworkSpec
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory, Pass, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.Network
import com.intel.analytics.bigdl.dllib.gan.ops.Settings
import com.intel.analytics.bigdl.dllib.gan.random.DropoutStream
import com.intel.analytics.bigdl.dllib.gan.training.loss.Loss

/**
 * One replica of generator and discriminator, and the gradients of an update.
 *
 * The discriminator sees real images in the first half of its batch and generated ones in the
 * second; no layer mixes the halves.
 *
 * @param batch images per update on this executor
 */
private[gan] final class AdversarialStep(context: DnnContext, generatorSpec: NetworkSpec,
  discriminatorSpec: NetworkSpec, val batch: Int, loss: Loss, settings: AdversarialStep.Streams,
  parallel: Workers) {
  val generator = new Network(context, generatorSpec, batch,
    Settings(1, training = true, settings.generator, parallel))
  val discriminator = new Network(context, discriminatorSpec, 2 * batch,
    Settings(2, training = true, settings.discriminator, parallel))

  private val both = discriminator.all
  private val fake = Rows(batch, batch)
  private val latents = generator.all
  private val logits = new Array[Float](2 * batch)
  private val sampleSize = discriminatorSpec.inputShape.product
  private val show = transfer(generator.output, discriminator.input.rows(fake))
  private lazy val bringBack =
    transfer(discriminator.inputGradient.rows(fake), generator.outputGradient)
  val statistics = new StepStatistics

  private def transfer(from: Blob, to: Blob): Pass = {
    val pass = new Pass(context)
    pass.native(context.reorder(from, to))
    pass
  }

  /** Where the latents (N, F) of the next update are written. */
  def latentInput: Blob = generator.input

  /** Where the real images (N, C, H, W) of the next update are written. */
  def realInput: Blob = discriminator.input.rows(Rows(0, batch))

  /** Both networks' gradients at the present weights, from one pass through each. */
  def simultaneous(): Unit = {
    generateImages()
    judge()
    val rescale = !discriminatorSpec.mixesSamples && mayRescale
    writeGradient(0, loss.realGradient)
    writeGradient(batch, loss.fakeGradient)
    discriminator.backward(both, weights = true, if (rescale) Some(fake) else None)
    if (rescale) rescaleToGenerator() else backwardForGenerator()
    bringBack.run()
    generator.backward(latents, weights = true, None)
  }

  /** The discriminator's gradients alone, on fresh images. */
  def discriminatorPhase(): Unit = {
    generateImages()
    judge()
    writeGradient(0, loss.realGradient)
    writeGradient(batch, loss.fakeGradient)
    discriminator.backward(both, weights = true, None)
  }

  /** The generator's gradients alone, on the images of the last discriminator phase. */
  def generatorPhase(): Unit = {
    settings.discriminator.pass += 1
    discriminator.forward(fake)
    readLogits()
    statistics.generatorLoss = mean(batch, loss.generator)
    backwardForGenerator()
    bringBack.run()
    generator.backward(latents, weights = true, None)
  }

  private def generateImages(): Unit = {
    settings.generator.pass += 1
    generator.forward(latents)
    show.run()
  }

  private def judge(): Unit = {
    settings.discriminator.pass += 1
    discriminator.forward(both)
    readLogits()
    statistics.discriminatorLoss = mean(0, loss.real) + mean(batch, loss.fake)
    statistics.generatorLoss = mean(batch, loss.generator)
    statistics.realProbability = mean(0, Loss.sigmoid)
    statistics.fakeProbability = mean(batch, Loss.sigmoid)
    statistics.realAccuracy = mean(0, logit => if (logit > 0) 1.0 else 0.0)
    statistics.fakeAccuracy = mean(batch, logit => if (logit < 0) 1.0 else 0.0)
  }

  private def readLogits(): Unit =
    NativeMemory.read(discriminator.output.pointer, logits, 0, logits.length)

  private def mean(first: Int, value: Double => Double): Double = {
    var sum = 0.0
    var i = first
    while (i < first + batch) {
      sum += value(logits(i))
      i += 1
    }
    sum / batch
  }

  private def writeGradient(first: Int, derivative: Double => Double): Unit = {
    val values = new Array[Float](batch)
    values.indices.foreach(i => values(i) = (derivative(logits(first + i)) / batch).toFloat)
    NativeMemory.write(values, 0, discriminator.outputGradient.pointer + 4L * first, batch)
  }

  /** Whether no derivative of the loss on fakes is so small that dividing by it loses digits. */
  private def mayRescale: Boolean = (batch until 2 * batch).forall(i =>
    math.abs(loss.fakeGradient(logits(i))) > AdversarialStep.SmallestDivisor)

  /**
   * Turns the gradient of the discriminator's loss by its fake input into that of the generator's
   * loss, sample by sample (Shen et al., "Training GANs in one stage", CVPR 2021).
   */
  private def rescaleToGenerator(): Unit = {
    val unsafe = NativeMemory.unsafe
    val gradient = discriminator.inputGradient.rows(fake)
    parallel.range(batch) { i =>
      val logit = logits(batch + i)
      val ratio = (loss.generatorGradient(logit) / loss.fakeGradient(logit)).toFloat
      var at = gradient.pointer + 4L * i * sampleSize
      val end = at + 4L * sampleSize
      while (at < end) {
        unsafe.putFloat(at, unsafe.getFloat(at) * ratio)
        at += 4
      }
    }
  }

  private def backwardForGenerator(): Unit = {
    writeGradient(batch, loss.generatorGradient)
    discriminator.backward(fake, weights = false, Some(fake))
  }
}

private[gan] object AdversarialStep {
  /** Below this, gradients scaled by it come near single precision's smallest numbers. */
  val SmallestDivisor = 1e-12

  /** The dropout streams of both networks. */
  final class Streams(seed: Long, firstSample: Int) {
    val generator = new DropoutStream(seed, 0, firstSample)
    val discriminator = new DropoutStream(seed, 1, firstSample)

    def begin(iteration: Int): Unit = Seq(generator, discriminator).foreach { stream =>
      stream.iteration = iteration
      stream.pass = 0
    }
  }
}
