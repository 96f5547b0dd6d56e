package com.intel.analytics.bigdl.dllib.gan.native

/** What pieces of shared memory are for. */
private[gan] sealed trait Scratch
private[gan] object Scratch {
  case object Sources extends Scratch
  case object Products extends Scratch
}
