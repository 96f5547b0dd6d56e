package com.intel.analytics.bigdl.dllib.gan.native

/** The type of a tensor's values. */
private[gan] sealed abstract class Element(val bytes: Int) extends Serializable

private[gan] object Element {
  case object Float32 extends Element(4)

  /** The first 16 bits of a float32. */
  case object BFloat16 extends Element(2)
}
