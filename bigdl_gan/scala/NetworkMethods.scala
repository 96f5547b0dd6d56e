package com.intel.analytics.bigdl.dllib.gan

import java.util.{List => JavaList}

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.model.{FlatBytes, Lowering, SpecText}
import org.json4s.JsonDSL._
import org.json4s.jackson.JsonMethods.{compact, render}

/** The methods of `Bridge` for what a model is made of: its layers and its numbers. */
private[gan] trait NetworkMethods {
  /**
   * Lowers a model. Returns JSON: its shapes, the activation that it ends in, and its layers. Layers
   * name their inputs by numbers, of which the first belong to the network's inputs.
   */
  def describeNetwork(model: Module[Float], role: String): String = {
    val lowered = Lowering.lower(model, role)
    val spec = lowered.spec
    compact(render(("inputShape" -> spec.inputShape.toList) ~
      ("labels" -> spec.labelCount) ~ ("outputShape" -> spec.outputShape.toList) ~
      ("end" -> spec.end) ~ ("clips" -> lowered.clips) ~
      ("weights" -> spec.weightCount) ~
      ("layers" -> spec.layers.toList.map { node =>
        ("name" -> node.name) ~ ("inputs" -> node.inputs.toList) ~ ("shape" -> node.shape.toList) ~ ("kind" -> node.kind) ~
          ("weights" -> node.weightCount) ~ ("state" -> node.stateCount) ~ ("spec" -> SpecText.of(node.layer)) ~
          ("native" -> node.layer.isNative) ~ ("dependence" -> node.layer.dependence.word) ~
          ("momentum" -> node.layer.runningMomentum)
      })))
  }

  /** A model's weights and its running statistics, each in the order of its layers, as bytes of floats. */
  def networkValues(model: Module[Float]): JavaList[Array[Byte]] = {
    val lowered = Lowering.lower(model, "network")
    java.util.Arrays.asList(FlatBytes.of(lowered.weights), FlatBytes.of(lowered.state))
  }

  /** Copies such values into a model. */
  def storeValues(model: Module[Float], weights: Array[Byte], state: Array[Byte]): Unit =
    Lowering.lower(model, "network").store(FlatBytes.floats(weights), FlatBytes.floats(state))
}
