package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.model.{BatchNormSpec, ConvolutionSpec}
import com.intel.analytics.bigdl.dllib.gan.model.{DeconvolutionSpec, ElementwiseSpec, NetworkSpec}
import com.intel.analytics.bigdl.dllib.gan.native.DnnContext
import com.intel.analytics.bigdl.dllib.gan.ops.tiled.TiledConvolution

/**
 * Which nodes of a network run on pixel-major tensors: tiled convolutions, and what stands between.
 *
 * @param samples of each of the groups
 */
private[gan] final class LayoutPlan(context: DnnContext, spec: NetworkSpec, groups: Int,
  samples: Int) {
  private val nodes = spec.nodes

  val isTiled: Array[Boolean] = nodes.map { node =>
    node.layer match {
      case s: ConvolutionSpec =>
        TiledConvolution.suits(context, s.window, nodes(node.inputs(0)).shape, node.shape, groups,
          samples)
      case s: DeconvolutionSpec =>
        TiledConvolution.suits(context, s.window, node.shape, nodes(node.inputs(0)).shape, groups,
          samples)
      case _ => false
    }
  }

  /** Whether a node takes, and gives, pixel-major tensors. */
  val isPixelMajor: Array[Boolean] = isTiled.clone()
  nodes.indices.foreach { id =>
    if (takesBoth(id)) isPixelMajor(id) = isPixelMajor(nodes(id).inputs(0)) || leadsToTiles(id)
  }

  private def takesBoth(id: Int): Boolean = nodes(id).layer match {
    case _: ElementwiseSpec | _: BatchNormSpec => nodes(id).shape.length == 3
    case _ => false
  }

  private def leadsToTiles(id: Int): Boolean = consumersOf(id).exists(consumer =>
    isTiled(consumer) || takesBoth(consumer) && leadsToTiles(consumer))

  def consumersOf(id: Int): Seq[Int] = nodes.indices.filter(nodes(_).inputs.contains(id))
}
