package com.intel.analytics.bigdl.dllib.gan.training.augment

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.BatchPart

/**
 * What stands between images and a discriminator: a function T for each image, of the form
 * A x + b. The discriminator sees T(x), of real and of generated images alike.
 */
private[gan] trait Augmentation {
  /** Where the images of the discriminator's batch go: (N, C, H, W), plain. */
  def images: Blob

  /**
   * Draws a new T for each of some images, and writes T(x) to the discriminator's input. The passes
   * back go through the same T until then.
   *
   * @param draw of the images
   * @param pass which of the passes over these images
   * @param part of the draw's images
   */
  def show(draw: Int, pass: Int, part: BatchPart, rows: Rows): Unit

  /** Turns gradients by the discriminator's input into those by the images. */
  def adjoint(gradients: Blob, rows: Rows): Unit

  /** Turns directions at the images into those at the discriminator's input. */
  def linear(directions: Blob, rows: Rows): Unit
}

private[gan] object Augmentation {
  /** The discriminator's pass; or, in the simultaneous rule, both networks'. */
  val ForDiscriminator = 0
  val ForGenerator = 1

  private val Kinds: Map[String, (Seq[Int], Int) => Transform] = Map("color" -> (new Color(_, _)),
    "translation" -> (new Translation(_, _)), "cutout" -> (new Cutout(_, _)))

  /**
   * @param names  of transforms, in the order in which they are applied; none leaves images as they are
   * @param input  the discriminator's
   * @param firstSample of this replica, among a batch's samples
   */
  def of(names: Seq[String], input: Blob, seed: Long, firstSample: Int, parallel: Workers)
  : Augmentation =
    if (names.isEmpty) new Unchanged(input)
    else {
      val transforms = names.map(name => Kinds.getOrElse(name, throw new IllegalArgumentException(
        s"`augment` must name transforms of the core (${Kinds.keys.mkString(", ")}). Received: '$name'.")))
      new Transformed(transforms.map(_(input.dims.tail, input.dims.head)), input, seed, firstSample,
        parallel)
    }
}

/** The discriminator sees images as they are. */
private final class Unchanged(override val images: Blob) extends Augmentation {
  override def show(draw: Int, pass: Int, part: BatchPart, rows: Rows): Unit = ()
  override def adjoint(gradients: Blob, rows: Rows): Unit = ()
  override def linear(directions: Blob, rows: Rows): Unit = ()
}
