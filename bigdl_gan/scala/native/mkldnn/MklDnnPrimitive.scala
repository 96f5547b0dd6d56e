package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.Primitive

private[mkldnn] final class MklDnnPrimitive(val pointer: Long) extends Primitive

private[mkldnn] object MklDnnPrimitive {
  def of(primitive: Primitive): MklDnnPrimitive = primitive match {
    case own: MklDnnPrimitive => own
    case other => throw new IllegalArgumentException(
      s"MKL-DNN must be given its own primitives. Received: ${other.getClass.getName}.")
  }
}
