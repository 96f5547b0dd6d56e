package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.DnnContext
import com.intel.analytics.bigdl.dllib.gan.network.{Dependence, LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.{ReparametrisedOp, TiedKernels}

/**
 * A layer whose 4x4 kernels are `factor` times the sums of the four shifts of 3x3 kernels.
 *
 * @param of      with 4x4 kernels
 * @param kernels how many
 * @param biases  how many
 */
private[gan] case class TiedSpec(of: LayerSpec, kernels: Int, biases: Int, factor: Float)
  extends LayerSpec {
  override def compile(site: Site): Op =
    new ReparametrisedOp(site, of, new TiedKernels(kernels, biases, factor, site.settings.parallel))

  override def dependence: Dependence = of.dependence

  override def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int],
    groups: Int, samples: Int): Boolean = of.wantsPixelMajor(context, input, output, groups, samples)
}
