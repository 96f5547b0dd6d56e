package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{LayerSpec, Needs, NetworkMemory, NetworkSpec}
import com.intel.analytics.bigdl.dllib.gan.network.{Op, Site}

/** A layer that computes with a function of its weights, which keeps it, and its derivative, apart. */
private[gan] final class ReparametrisedOp(site: Site, layer: LayerSpec, map: WeightMap) extends Op {
  private val own = 4L * site.node.weightOffset // where the layer's weights begin

  private val node = site.node.copy(layer = layer, weightOffset = 0, weightCount = map.count,
    stateOffset = 0, stateCount = 0)
  private val memory = new NetworkMemory(site.context, NetworkSpec(Array(node)))
  private val op = layer.compile(new Site(site.context, site.id, node, site.inputs, site.output,
    memory, site.settings, site.isPixelMajor))

  override def weightsChanged(): Unit = {
    map(site.memory.weights + own, memory.weights)
    op.weightsChanged()
  }

  override def forward(pass: Pass, rows: Rows): Unit = op.forward(pass, rows)

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    op.backward(pass, rows, needs)
    if (needs.weights) {
      pass.jvm(() => map.gradient(memory.gradients, site.memory.gradients + own))
    }
  }

  override def updateState(rows: Rows): Unit = op.updateState(rows)
  override def keepsOutput: Boolean = op.keepsOutput
}
