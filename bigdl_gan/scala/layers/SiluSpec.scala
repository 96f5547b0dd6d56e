package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.{Gate, GateOp}

/** x sigmoid(x). */
private[gan] case object SiluSpec extends LayerSpec {
  override def compile(site: Site): Op = new GateOp(site, Gate.Silu)
  override def dependence: Dependence = Dependence.Smooth
  override def treatsPixelsAlike: Boolean = true
  override def end: Option[String] = Some("silu")

  def of(text: LayerText): CoreLayer = {
    val shape = text.shape("input")
    CoreLayer(this, shape, shape, Nil)
  }
}
