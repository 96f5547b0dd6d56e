package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.dllib.utils.Engine

/** The numbers of threads of MKL-DNN and of dllib's own pools. */
private[gan] object ThreadSetup {
  private var poolThreads = 0 // of dllib's own pools

  /**
   * Sets the number of threads that MKL-DNN uses when called from this thread.
   *
   * @param usesDllib whether dllib's own layers will also run
   */
  def prepare(threads: Int, usesDllib: Boolean): Unit = {
    if (usesDllib) synchronized {
      if (threads > poolThreads) { // never fewer: a training beside may be using them
        Engine.setNodeAndCore(1, threads)
        poolThreads = threads
      }
    }
    OpenMp.setThreads(threads) // last: dllib's Engine sets this thread's number, too, to one
  }
}
