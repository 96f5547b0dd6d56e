package com.intel.analytics.bigdl.dllib.gan.native

/** What a library can compute, for certain dims, types and layouts. */
private[gan] trait Operation {
  /** The layout that a tensor must have. */
  def layout(role: Role): Layout

  /**
   * The operation on these tensors, for `Pass.native`.
   *
   * @throws IllegalArgumentException if the roles are not the operation's
   */
  def on(tensors: (Role, Blob)*): Primitive
}

/** An operation with its tensors, which can run any number of times. Each library has a class. */
private[gan] trait Primitive
