package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.DnnContext
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.{ReparametrisedOp, SpectralWeights}

/**
 * A layer whose kernel is divided by its largest singular value.
 *
 * @param matrix see `SpectralWeights`
 */
private[gan] case class SpectralNormSpec(of: LayerSpec, matrix: (Int, Int, Int), iterations: Int)
  extends LayerSpec {
  override def compile(site: Site): Op =
    new ReparametrisedOp(site, of, new SpectralWeights(site, matrix, iterations))

  /** An average of singular vectors has another length, and belongs to other kernels. */
  override def mayAverageState: Boolean = false

  override def dependence: Dependence = of.dependence

  override def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int],
    groups: Int, samples: Int): Boolean = of.wantsPixelMajor(context, input, output, groups, samples)
}

private[gan] object SpectralNormSpec {
  def of(text: LayerText): CoreLayer = {
    val layer = text.layer("of")
    val matrix = layer.matrix.getOrElse(text.refuse("of", "have a kernel"))
    val (outer, rows, inner) = matrix
    layer.copy(spec = SpectralNormSpec(layer.spec, matrix, text.integer("iterations", least = 1)),
      matrix = None, state = Seq((rows + outer * inner, 0f)))
  }
}
