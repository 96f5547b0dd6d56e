package com.intel.analytics.bigdl.dllib.gan.random

/** The purposes of random numbers: streams for different purposes never overlap. */
private[gan] object Purpose {
  val Bits = 8 // of a word, for the purpose
  val Latent = 1
  val Shuffle = 2
  val Dropout = 3
  val Generate = 4
  val Module = 5
  val Flip = 6
  val Interpolate = 7
  val Round = 8
  val Member = 9
  val Label = 10
  val Augment = 11
}
