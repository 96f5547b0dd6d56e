package com.intel.analytics.bigdl.dllib.gan.native

/** What pooling takes of the values under a window. */
private[gan] sealed trait Pool extends Serializable

private[gan] object Pool {
  case object Max extends Pool

  /** The sum over the window's area, which may reach beyond the image. */
  case object MeanWithPadding extends Pool

  /** The mean of the image's own values. */
  case object MeanWithoutPadding extends Pool
}
