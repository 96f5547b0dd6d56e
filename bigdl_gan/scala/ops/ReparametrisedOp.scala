package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, FlatOrder, LayerSpec, NetworkMemory}
import com.intel.analytics.bigdl.dllib.gan.network.{NetworkSpec, Site, TwiceOp, WeightSweep}

/** A layer that computes with a function of its weights, which keeps it, and its derivative, apart. */
private[gan] final class ReparametrisedOp(site: Site, layer: LayerSpec, map: WeightMap) extends TwiceOp {
  private val own = 4L * site.node.weightOffset // where the layer's weights begin

  private val node = site.node.copy(layer = layer, weightOffset = 0, weightCount = map.count,
    stateOffset = 0, stateCount = 0)
  private val memory = new NetworkMemory(site.context, NetworkSpec(Array(node)))
  private val op = layer.compile(new Site(site.context, site.id, node, site.inputs, site.output,
    memory, site.settings.copy(order = FlatOrder.Plain), site.isPixelMajor)) match {
    case twice: TwiceOp => twice
    case other => throw new IllegalStateException(
      s"Only a layer that is differentiable twice can have other weights. Received: $other.")
  }

  override def weightsChanged(): Unit = {
    map(site.memory.weights + own, memory.weights)
    op.weightsChanged()
  }

  override def forward(pass: Pass, rows: Rows): Unit = op.forward(pass, rows)
  override def data(pass: Pass, rows: Rows, face: Face): Unit = op.data(pass, rows, face)
  override def tangent(pass: Pass, rows: Rows): Unit = op.tangent(pass, rows)
  override def curvature(pass: Pass, rows: Rows): Unit = op.curvature(pass, rows)
  override def hasWeights: Boolean = true

  override def weights(pass: Pass, rows: Rows, sweep: WeightSweep): Unit = {
    op.weights(pass, rows, sweep)
    pass.jvm(() =>
      if (sweep.extra) map.gradient(memory.extraGradients, site.memory.extraGradients + own)
      else map.gradient(memory.gradients, site.memory.gradients + own))
  }

  override def biases(pass: Pass, rows: Rows, factors: Array[Float]): Unit = {
    op.biases(pass, rows, factors)
    pass.jvm(() => map.gradient(memory.gradients, site.memory.gradients + own))
  }

  override def updateState(rows: Rows): Unit = op.updateState(rows)
  override def keepsOutput: Boolean = op.keepsOutput
}
