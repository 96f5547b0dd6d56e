package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.native.{NativeMemory, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Network, WeightSweep}
import com.intel.analytics.bigdl.dllib.gan.random.{BatchPart, Purpose, Random}
import com.intel.analytics.bigdl.dllib.gan.training.augment.Augmentation

/**
 * The discriminator's gradients with penalties on g = ds/dx, s the logit and x the image.
 *
 * A first sweep computes ds/dh at every tensor h; none of its seeds is a derivative of the loss, so
 * nothing is divided by one. If P is the sum of all penalties, v = dP/dg is a direction at each image,
 * along which the layers' tangents t are computed. For weights W between h and the next layer's
 * input y, with a = dL/ds from the adversarial loss, then
 *
 *     d(L + P)/dW = sum over images of ds/dy (a h + t)   if D is piecewise linear, or else
 *     d(L + P)/dW = sum over images of dp/dy h + ds/dy t
 *
 * where p is what a second sweep with seeds a computes, to which each smooth layer adds its second
 * derivative times t ds/dy. So in a piecewise linear D, a penalty costs one forward pass over its
 * images, and the sums a h + t.
 *
 * If the discriminator sees A x + b in the place of x, the penalties are still on the gradient by x,
 * as in StyleGAN2-ADA's and R3GAN's code: g is A's transpose times the gradient by what it sees, and
 * v enters it as A v. An image between a real and a generated one has a transform of its own.
 *
 * @param size        images of each kind in a part of the batch
 * @param firstSample of this replica, among a batch's samples
 */
private[gan] final class Penalties(config: TrainingConfig, discriminator: Network,
  augmentation: Augmentation, statistics: PenaltyStatistics, size: Int, firstSample: Int,
  parallel: Workers) {
  private val rules = config.penalties
  private val count = rules.count(size) // of each kind's images that have penalties
  private val parts = config.microBatches
  private val imageSize = config.discriminator.inputShape.product
  private val isPiecewiseLinear = config.discriminator.isPiecewiseLinear
  private val passes = discriminator.penalized
  private val all = discriminator.all
  private val factors = new Array[Float](all.count) // a, of every image; 0 between
  private val ones = Array.fill(all.count)(1f)
  private val norms = new Array[Double](all.count)
  private var scheduled = 1.0 // the present factor of all weights

  /** The kinds of images with penalties: real 0, generated 1, between 2. */
  private val kinds = Seq(rules.r1, rules.r2, rules.gradient).zipWithIndex
    .collect { case (weight, kind) if weight > 0 => kind }
  private val penalized =
    if (count == size && kinds == kinds.indices.map(_ + kinds.head)) Seq(hull)
    else kinds.map(kind => Rows(kind * size, count))

  /** From the first image with a penalty to the last; directions and tangents between are zero. */
  private def hull: Rows = Penalties.hull(kinds.map(kind => Rows(kind * size, count)))

  /** @param iteration the generator's updates before the one that begins */
  def begin(iteration: Int): Unit = scheduled = rules.schedule(iteration)

  /** Mixes each real image with a generated one, in proportions that follow from seed and `draw`. */
  def mixImages(draw: Int, part: BatchPart): Unit = if (rules.isBetween) {
    val Seq(real, fake, between) = (0 to 2).map(kind =>
      augmentation.images.rows(Rows(kind * size, size)).pointer)
    parallel.range(size) { i =>
      val number = firstSample + part.first + i
      val share = Random.uniform(config.seed, Purpose.Interpolate, draw, number).toFloat
      val at = 4L * i * imageSize
      NativeMemory.copy(fake + at, between + at, imageSize)
      NativeMemory.combine(imageSize, share, real + at, 1f - share, between + at)
    }
  }

  /**
   * Computes the weights' gradients, after a forward pass over all images.
   *
   * @param alsoFakes whether the generated images' input gradients are needed too: those of the
   *                  logits, not of a loss
   */
  def backward(slopes: Slopes, part: BatchPart, alsoFakes: Boolean): Unit = {
    for (i <- 0 until 2 * size) factors(i) = (slopes.discriminator(i) / part.batch).toFloat
    NativeMemory.write(ones, 0, discriminator.outputGradient.pointer, ones.length)
    val fakes = if (alsoFakes) Seq(Rows(size, size)) else Nil
    val images = Penalties.hull(hull +: fakes)
    passes.data(all, images)
    augmentation.adjoint(discriminator.inputGradient, images)
    kinds.foreach(aim(_, part.isFirst))
    kinds.foreach(kind => augmentation.linear(passes.direction, Rows(kind * size, count)))
    passes.tangent(penalized)
    if (isPiecewiseLinear) passes.mixedWeights(all, penalized, factors)
    else {
      passes.weights(hull, Penalties.OfTangents)
      NativeMemory.write(factors, 0, passes.outputAdjoint.pointer, factors.length)
      passes.adjoint(all, penalized)
      passes.weights(all, Penalties.OfAdjoints)
      passes.addExtraGradients()
    }
  }

  /** Writes one kind of images' directions v, and its statistics. */
  private def aim(kind: Int, isFirst: Boolean): Unit = {
    val first = kind * size
    val (gradients, directions) = (discriminator.inputGradient.pointer, passes.direction.pointer)
    parallel.range(count) { i =>
      val at = 4L * (first + i) * imageSize
      norms(first + i) = Penalties.norm(gradients + at, imageSize)
      val factor = slopeOverNorm(kind, norms(first + i)) * rules.interval / (parts * count)
      NativeMemory.combine(imageSize, factor.toFloat, gradients + at, 0f, directions + at)
    }
    val own = norms.slice(first, first + count)
    statistics.add(kind, own.map(penalty(kind, _)).sum / (parts * count), own.sum / (parts * count), isFirst)
  }

  /** Half the weight for R1 and R2, as in the paper. */
  private def weight(kind: Int): Double = scheduled * (kind match {
    case Penalties.Real => rules.r1 / 2
    case Penalties.Fake => rules.r2 / 2
    case _ => rules.gradient
  })

  private def center(kind: Int): Double = if (kind == Penalties.Between) rules.center else 0

  private def penalty(kind: Int, norm: Double): Double = {
    val distance = norm - center(kind)
    weight(kind) * distance * distance
  }

  /** The penalty's derivative by the norm, divided by the norm; 0 where it has none. */
  private def slopeOverNorm(kind: Int, norm: Double): Double =
    if (center(kind) == 0) 2 * weight(kind)
    else if (norm > 0) 2 * weight(kind) * (1 - center(kind) / norm)
    else 0
}

private[gan] object Penalties {
  // kinds of images
  private val Real = 0
  private val Fake = 1
  private val Between = 2
  private val OfTangents = WeightSweep(Face.Tangent, Face.Gradient, biases = false, extra = true)
  private val OfAdjoints = WeightSweep(Face.Value, Face.Adjoint, biases = true, extra = false)

  private def hull(parts: Seq[Rows]): Rows = {
    val first = parts.map(_.first).min
    Rows(first, parts.map(part => part.first + part.count).max - first)
  }

  private def norm(values: Long, count: Int): Double = {
    val unsafe = NativeMemory.unsafe
    var s0, s1, s2, s3 = 0.0 // several sums do not wait for each other
    var i = 0
    while (i + 3 < count) {
      val at = values + 4L * i
      val a = unsafe.getFloat(at).toDouble
      val b = unsafe.getFloat(at + 4).toDouble
      val c = unsafe.getFloat(at + 8).toDouble
      val d = unsafe.getFloat(at + 12).toDouble
      s0 += a * a
      s1 += b * b
      s2 += c * c
      s3 += d * d
      i += 4
    }
    while (i < count) {
      val a = unsafe.getFloat(values + 4L * i).toDouble
      s0 += a * a
      i += 1
    }
    math.sqrt(s0 + s1 + s2 + s3)
  }
}
