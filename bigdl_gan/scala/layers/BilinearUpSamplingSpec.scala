package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.BilinearUpSamplingOp

/** (Height, width) times as many pixels, by linear interpolation along both axes. */
private[gan] case class BilinearUpSamplingSpec(factor: (Int, Int)) extends LayerSpec {
  override def compile(site: Site): Op = new BilinearUpSamplingOp(site, factor)
  override def dependence: Dependence = Dependence.Linear
  override def end: Option[String] = None // means stay in the values' range
}

private[gan] object BilinearUpSamplingSpec {
  def of(text: LayerText): CoreLayer = {
    val shape = text.image("input")
    val (rows, columns) = text.pair("size")
    if (text.word("interpolation") != "bilinear") text.refuse("interpolation", "be bilinear")
    // a channel's filter has up to 4 rows columns values
    if (BigInt(4) * shape.product * rows * columns > Int.MaxValue) text.refuse("size", "give a smaller image")
    CoreLayer(BilinearUpSamplingSpec((rows, columns)), shape,
      Array(shape(0), shape(1) * rows, shape(2) * columns), Nil)
  }
}
