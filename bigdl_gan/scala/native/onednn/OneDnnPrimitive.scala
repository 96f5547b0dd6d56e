package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.Primitive

/** @param arguments what each tensor is to the primitive (DNNL_ARG_*), and the tensor's memory */
private[onednn] final class OneDnnPrimitive(val handle: Long, val arguments: Seq[(Int, Long)])
  extends Primitive

private[onednn] object OneDnnPrimitive {
  def of(primitive: Primitive): OneDnnPrimitive = primitive match {
    case own: OneDnnPrimitive => own
    case other => throw new IllegalArgumentException(
      s"oneDNN must be given its own primitives. Received: ${other.getClass.getName}.")
  }
}
