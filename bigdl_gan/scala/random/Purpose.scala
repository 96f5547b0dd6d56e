package com.intel.analytics.bigdl.dllib.gan.random

/** What random numbers are for: streams of different purposes never meet. */
private[gan] object Purpose {
  val Bits = 8 // that purposes take of a word
  val Latent = 1
  val Shuffle = 2
  val Dropout = 3
  val Generate = 4
  val Module = 5
  val Flip = 6
}
