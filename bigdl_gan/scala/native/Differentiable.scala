package com.intel.analytics.bigdl.dllib.gan.native

/** An operation on tensors of one layout, and its gradient. */
private[gan] trait Differentiable {
  def forward: Operation
  def gradient: Operation
}
