package com.intel.analytics.bigdl.dllib.gan.native

/** The samples `first until first + count` of a batch. */
private[gan] case class Rows(first: Int, count: Int)
