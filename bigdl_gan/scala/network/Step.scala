package com.intel.analytics.bigdl.dllib.gan.network

/** An operation of a compiled network and its tensors. */
private[gan] case class Step(name: String, op: Op, inputs: Array[Edge], output: Edge)
