package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.FilteredSamplingOp

/** Twice the height and width, or half, through the filter [1, 3, 3, 1] along both axes. */
private[gan] case class FilteredSamplingSpec(up: Boolean) extends LayerSpec {
  override def compile(site: Site): Op = new FilteredSamplingOp(site, up)
  override def dependence: Dependence = Dependence.Linear
  override def end: Option[String] = None // means of values and zeros
}

private[gan] object FilteredSamplingSpec {
  def up(text: LayerText): CoreLayer = {
    val shape = text.image("input")
    val Array(channels, height, width) = shape
    if (4L * shape.product > Int.MaxValue) text.refuse("input", "be smaller")
    CoreLayer(FilteredSamplingSpec(up = true), shape, Array(channels, 2 * height, 2 * width), Nil)
  }

  def down(text: LayerText): CoreLayer = {
    val shape = text.image("input")
    val Array(channels, height, width) = shape
    if (height < 2 || width < 2) text.refuse("input", "have a height and a width of at least 2")
    CoreLayer(FilteredSamplingSpec(up = false), shape, Array(channels, height / 2, width / 2), Nil)
  }
}
