package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{Network, Settings}
import com.intel.analytics.bigdl.dllib.gan.random.{BatchPart, DropoutStreams}
import com.intel.analytics.bigdl.dllib.gan.training.augment.Augmentation

/**
 * Generator and discriminator on one replica, and the passes through them.
 *
 * The discriminator's batch has real images, then as many generated ones and, for a penalty between
 * them, mixtures of both; no layer mixes these groups. It sees them through `augment`. An image is
 * generated for the label of the real one in the same place, so labels have the data's shares, and a
 * pair has one label.
 *
 * @param streams    for the dropout layers
 * @param statistics receives what the penalties have to tell
 */
private[gan] final class Players(context: DnnContext, config: TrainingConfig,
  streams: DropoutStreams, statistics: PenaltyStatistics, parallel: Workers) {
  private val parts = config.microBatches
  private val size = config.batch / parts // images of each kind that the networks run at once
  private val kinds = if (config.penalties.isBetween) 3 else 2
  val generator = new Network(context, config.generator, size,
    Settings(1, training = true, streams.generator, parallel, config.order))
  val discriminator = new Network(context, config.discriminator, kinds * size,
    Settings(kinds * config.penalties.groups(size), training = true, streams.discriminator, parallel,
      config.order))

  private val (both, real, fake) = (Rows(0, 2 * size), Rows(0, size), Rows(size, size))
  private val augmentation = Augmentation.of(config.augment, discriminator.input, config.seed,
    streams.firstSample, parallel)
  private val penalties = if (config.penalties.areOn) {
    Some(new Penalties(config, discriminator, augmentation, statistics, size, streams.firstSample,
      parallel))
  } else None
  private var draw = 0 // the present images' number
  private val imageSize = config.discriminator.inputShape.product
  private val mixesSamples = config.discriminator.mixesSamples
  private val logits = new Array[Float](2 * size)
  private val seeds = new Array[Float](2 * size)
  private val labels =
    if (config.discriminator.labelCount > 0) Some(discriminator.labels.rows(real)) else None
  private val tell = labels.map { source => // the labels of the real images are those of all kinds
    val pass = new Pass(context)
    (1 until kinds).map(kind => discriminator.labels.rows(Rows(kind * size, size)))
      .foreach(target => pass.native(context.reorder(source, target)))
    if (config.generator.labelCount > 0) pass.native(context.reorder(source, generator.labels))
    pass
  }
  private val loaded = new LoadedBatch(context, augmentation.images.rows(real), generator.input, labels,
    config.batch)
  private val everyPart = Array.tabulate(parts)(i => BatchPart(i * size, size, config.batch))
  private var part = everyPart.head
  private val show = transfer(generator.output, augmentation.images.rows(fake))
  private lazy val bringBack =
    transfer(discriminator.inputGradient.rows(fake), generator.outputGradient)

  private def transfer(from: Blob, to: Blob): Pass = {
    val pass = new Pass(context)
    pass.native(context.reorder(from, to))
    pass
  }

  /** Makes the dropout layers draw for this update, and forgets the last one's penalties. */
  def begin(iteration: Int): Unit = {
    streams.begin(iteration)
    statistics.clear()
    penalties.foreach(_.begin(iteration))
  }

  /** Loads real images (N, C, H, W) and latents (N, F). */
  def load(source: BatchSource, draw: Int): Unit = {
    loaded.load(source, draw)
    this.draw = draw
  }

  /** Runs `body` on each part of the loaded images, one after the other; backward passes add up. */
  def eachPart(body: Int => Unit): Unit = for (i <- everyPart.indices) {
    part = everyPart(i)
    streams.take(part)
    loaded.take(part)
    tell.foreach(_.run())
    body(i)
  }

  /** Adds the gradients of earlier parts. */
  private def adding(network: Network)(backward: => Unit): Unit =
    if (part.isFirst) backward else network.adding(backward)

  /** The penalties, if the present update has any. */
  private def due: Option[Penalties] = penalties.filter(_ => config.penalties.areDue(draw))

  /** Generates images from the latents and copies them beside the real ones. */
  def generate(): Unit = {
    if (part.isFirst) streams.generator.nextPass()
    generator.forward(generator.all)
    show.run()
  }

  /** The same images again, if another part's have replaced them since. */
  def generateAgain(): Unit = if (parts > 1) {
    generator.forward(generator.all, moves = false)
    show.run()
  }

  /**
   * The logits of the real images, then of the generated ones; valid until the next pass. Judges the
   * images between them, too, if this update has a penalty there.
   */
  def judgeAll(): Array[Float] = {
    due.foreach(_.mixImages(draw, part))
    judge(if (due.isDefined) discriminator.all else both, Augmentation.ForDiscriminator)
  }

  /** The same, for the generator, whose pass augments the images anew. */
  def judgeBoth(): Array[Float] = judge(both, Augmentation.ForGenerator)

  /** The same, with new logits for the generated images only. */
  def judgeFakes(): Array[Float] = judge(fake, Augmentation.ForGenerator)

  private def judge(rows: Rows, pass: Int): Array[Float] = {
    augmentation.show(draw, pass, part, rows)
    if (part.isFirst) streams.discriminator.nextPass()
    discriminator.forward(rows)
    NativeMemory.read(discriminator.output.pointer, logits, 0, logits.length)
    logits
  }

  /** The discriminator's gradients, after `judgeAll`. */
  def backwardDiscriminator(slopes: Slopes): Unit = due match {
    case Some(penalty) => adding(discriminator)(penalty.backward(slopes, part, alsoFakes = false))
    case None => sweep(slopes, None)
  }

  /** The generator's gradients, after either pass of the discriminator. */
  def backwardGenerator(slopes: Slopes): Unit = {
    seed(slopes.generator, fake)
    discriminator.backward(fake, weights = false, Some(fake))
    augmentation.adjoint(discriminator.inputGradient, fake)
    backwardFromImages()
  }

  /**
   * Both networks' gradients at the present weights, after `judgeAll`. They take one backward pass
   * through each, if no discriminator layer mixes samples and no digits are lost.
   */
  def backwardBoth(slopes: Slopes): Unit =
    if (due.isDefined) {
      // leaves the logits' own gradients by images
      due.foreach(penalty => adding(discriminator)(penalty.backward(slopes, part, alsoFakes = true)))
      scaleFakes(i => (slopes.generator(i) / config.batch).toFloat)
      backwardFromImages()
    } else if (!mixesSamples && slopes.canRescale) {
      sweep(slopes, Some(fake))
      augmentation.adjoint(discriminator.inputGradient, fake)
      scaleFakes(slopes.ratio)
      backwardFromImages()
    } else {
      backwardDiscriminator(slopes)
      backwardGenerator(slopes)
    }

  private def sweep(slopes: Slopes, images: Option[Rows]): Unit = {
    seed(slopes.discriminator, both)
    adding(discriminator)(discriminator.backward(both, weights = true, images))
  }

  private def backwardFromImages(): Unit = {
    bringBack.run()
    adding(generator)(generator.backward(generator.all, weights = true, None))
  }

  /** Writes the gradient of a batch's mean loss to the discriminator's output gradient. */
  private def seed(slopes: Array[Double], rows: Rows): Unit = {
    var i = 0
    while (i < rows.count) {
      seeds(i) = (slopes(i) / config.batch).toFloat
      i += 1
    }
    NativeMemory.write(seeds, 0, discriminator.outputGradient.pointer + 4L * rows.first, rows.count)
  }

  /**
   * Turns the gradient of another function of the logits by the generated images into the generator
   * loss's, image by image. Source: Shen et al., "Training GANs in one stage", CVPR 2021.
   */
  private def scaleFakes(factor: Int => Float): Unit = {
    val unsafe = NativeMemory.unsafe
    val gradient = discriminator.inputGradient.rows(fake)
    parallel.range(size) { i =>
      val ratio = factor(i)
      var at = gradient.pointer + 4L * i * imageSize
      val end = at + 4L * imageSize
      while (at < end) {
        unsafe.putFloat(at, unsafe.getFloat(at) * ratio)
        at += 4
      }
    }
  }
}
