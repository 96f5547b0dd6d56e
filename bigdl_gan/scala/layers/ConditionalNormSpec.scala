package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ConditionalNormOp

/**
 * Batch normalisation per channel, then a scale and a shift for each sample and channel, which follow
 * from the second input: see `ConditionalNormOp`.
 *
 * @param momentum the new batch's weight in the running averages
 */
private[gan] case class ConditionalNormSpec(epsilon: Double, momentum: Double) extends LayerSpec {
  override def compile(site: Site): Op = new ConditionalNormOp(site, epsilon, momentum.toFloat)
  override def mixesSamples: Boolean = true
  override def runningMomentum: Option[Double] = Some(momentum)
  override def treatsPixelsAlike: Boolean = true
}

private[gan] object ConditionalNormSpec {
  def of(text: LayerText): CoreLayer = text.shapes("inputs") match {
    case Seq(shape, labels) if (shape.length == 1 || shape.length == 3) && labels.length == 1 =>
      val channels = shape(0)
      val table = BigInt(channels) * labels(0)
      if (!table.isValidInt) text.refuse("inputs", "give fewer weights")
      val momentum = text.number("momentum", above = 0)
      if (momentum > 1) text.refuse("momentum", "be at most 1")
      // vectors, because a weight of two axes is a kernel to whatever draws kernels
      CoreLayer(ConditionalNormSpec(text.number("epsilon", above = 0), momentum), shape, shape,
        Seq.fill(2)(Array(table.toInt)), others = Seq(labels),
        state = Seq(channels -> 0f, channels -> 1f)) // running means and variances
    case _ => text.refuse("inputs", "be a vector or an image, and a label vector")
  }
}
