package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.dllib.utils.{Engine => DllibEngine}

/** Sets how many threads the engines and dllib's own pools use. */
private[gan] object ThreadSetup {
  private var poolThreads = 0 // of dllib's own pools

  /**
   * Sets how many threads the engines use when called from this thread.
   *
   * @param usesDllib whether dllib's own layers will run too
   */
  def prepare(threads: Int, usesDllib: Boolean): Unit = {
    if (usesDllib) synchronized {
      if (threads > poolThreads) { // never fewer: another training may use them
        DllibEngine.setNodeAndCore(1, threads)
        poolThreads = threads
      }
    }
    OpenMp.setThreads(threads) // last: dllib's Engine sets this thread's number to one
  }
}
