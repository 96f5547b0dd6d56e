package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.DnnContext

/**
 * Decides which nodes run on pixel-major tensors: tiled convolutions, and what lies between them.
 *
 * @param samples in each group
 */
private[gan] final class LayoutPlan(context: DnnContext, spec: NetworkSpec, groups: Int,
  samples: Int) {
  private val nodes = spec.nodes

  private val wantsPixelMajor = nodes.map(node => node.inputs.headOption.exists(input =>
    node.layer.wantsPixelMajor(context, nodes(input).shape, node.shape, groups, samples)))

  /** Whether a node takes and gives pixel-major tensors. */
  val isPixelMajor: Array[Boolean] = wantsPixelMajor.clone()
  nodes.indices.foreach { id =>
    if (takesBoth(id)) isPixelMajor(id) = isPixelMajor(nodes(id).inputs(0)) || leadsToTiles(id)
  }

  private def takesBoth(id: Int): Boolean =
    nodes(id).layer.treatsPixelsAlike && nodes(id).shape.length == 3

  private def leadsToTiles(id: Int): Boolean = consumersOf(id).exists(consumer =>
    wantsPixelMajor(consumer) || takesBoth(consumer) && leadsToTiles(consumer))

  def consumersOf(id: Int): Seq[Int] = nodes.indices.filter(nodes(_).inputs.contains(id))
}
