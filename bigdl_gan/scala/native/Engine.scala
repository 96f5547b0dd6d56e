package com.intel.analytics.bigdl.dllib.gan.native

/** A native library for tensors. */
private[gan] trait Engine {
  /** As messages write it, and as `Engines` finds it. */
  def name: String

  /** Why the library cannot be used in this JVM, in one line; None if it can. Loads it. */
  def problem: Option[String]

  /**
   * New native objects, for the calling thread.
   *
   * @throws IllegalStateException if the library cannot be used
   */
  def context(): DnnContext
}
