package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.SiluOp

/** x sigmoid(x). */
private[gan] case object SiluSpec extends LayerSpec {
  override def compile(site: Site): Op = new SiluOp(site)
  override def dependence: Dependence = Dependence.Smooth
  override def treatsPixelsAlike: Boolean = true
  override def end: Option[String] = Some("silu")

  def of(text: LayerText): CoreLayer = {
    val shape = text.shape("input")
    CoreLayer(this, shape, shape, Nil)
  }
}
