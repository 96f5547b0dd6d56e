package com.intel.analytics.bigdl.dllib.gan

import java.util.{List => JavaList}

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.model.{FlatBytes, Lowering}

/** The methods of `Bridge` for a model's numbers. */
private[gan] trait ValueMethods {
  /** A model's weights and its running statistics, each in the order of its layers, as bytes of floats. */
  def networkValues(model: Module[Float]): JavaList[Array[Byte]] = {
    val lowered = Lowering.lower(model, "network")
    java.util.Arrays.asList(FlatBytes.of(lowered.weights), FlatBytes.of(lowered.state))
  }

  /** Copies such values into a model. */
  def storeValues(model: Module[Float], weights: Array[Byte], state: Array[Byte]): Unit =
    Lowering.lower(model, "network").store(FlatBytes.floats(weights), FlatBytes.floats(state))
}
