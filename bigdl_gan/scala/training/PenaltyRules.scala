package com.intel.analytics.bigdl.dllib.gan.training

/**
 * The penalties on g, the gradient of the discriminator's logit by its image, over all pixels and
 * channels. The discriminator's loss gains
 *
 *     r1 / 2 mean |g|^2 over real images + r2 / 2 mean |g|^2 over generated ones +
 *     gradient mean (|g| - center)^2 over images between them.
 *
 * Sources: Mescheder et al. 2018, arXiv:1801.04406, equation 9 (R1 and R2); Gulrajani et al. 2017,
 * arXiv:1704.00028, equation 3.
 *
 * @param interval discriminator updates from one with penalties to the next, in which they count as
 *                 often; Karras et al. 2020, arXiv:1912.04958, section 3.1
 * @param share    of each kind's images that the means are over
 * @param schedule of `r1`, `r2` and `gradient`
 */
private[gan] case class PenaltyRules(r1: Double, r2: Double, gradient: Double, center: Double,
  interval: Int, share: Double, schedule: Schedule) extends Serializable {

  def areOn: Boolean = r1 > 0 || r2 > 0 || isBetween

  /** Whether there are images between real and generated ones. */
  def isBetween: Boolean = gradient > 0

  /** How many of one kind's images have penalties. */
  def count(batch: Int): Int = math.ceil(share * batch).toInt

  /**
   * Into how many groups each kind's images must be divided, so that those with penalties are entire
   * groups. A discriminator under penalties mixes no images, whether in a group or not.
   */
  def groups(batch: Int): Int =
    if (areOn) batch / BigInt(batch).gcd(count(batch)).toInt else 1

  /** Whether a discriminator update has penalties. */
  def areDue(draw: Int): Boolean = areOn && draw % interval == 0
}

private[gan] object PenaltyRules {
  val None: PenaltyRules = PenaltyRules(0, 0, 0, 1, 1, 1, Schedule.Constant(1))
}
