package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.{Gate, GateOp}

/**
 * x times the standard normal distribution at x.
 *
 * @param approximate whether the distribution is the usual approximation by a tanh
 */
private[gan] case class GeluSpec(approximate: Boolean) extends LayerSpec {
  override def compile(site: Site): Op =
    new GateOp(site, if (approximate) Gate.ApproximateGelu else Gate.Gelu)
  override def dependence: Dependence = Dependence.Smooth
  override def treatsPixelsAlike: Boolean = true
  override def end: Option[String] = Some("gelu")
}

private[gan] object GeluSpec {
  def of(text: LayerText): CoreLayer = {
    val shape = text.shape("input")
    CoreLayer(GeluSpec(text.flag("approximate")), shape, shape, Nil)
  }
}
