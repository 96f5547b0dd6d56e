package com.intel.analytics.bigdl.dllib.gan.native

import java.util.concurrent.Callable
import java.util.concurrent.locks.{Lock, ReentrantReadWriteLock}

import com.intel.analytics.bigdl.mkl.{MKL, MklDnn}

/**
 * How many threads native code uses: OpenMP's number is a thread's own, MKL's the whole process's.
 *
 * Of MKL there are two copies, MKL-DNN's and dllib's, and the calls that set OpenMP's number for
 * the calling thread set that of one of them for all. A sum over other threads has other bits: both
 * copies stay at one thread for good, or whoever generates images would change a training beside.
 */
private[gan] object OpenMp {
  private val other = Workers.pool(1, "bigdl-gan-mkl")
  private val dllibsMkl = new ReentrantReadWriteLock

  // Not in the initialiser: the other thread would wait for this object.
  private lazy val once: Unit = elsewhere(MklDnn.setNumThreads(1))

  /** Sets the number of threads that MKL-DNN uses when called from this thread. */
  def setThreads(n: Int): Unit = locked(dllibsMkl.writeLock) {
    once
    MKL.setNumThreads(n) // of this thread's OpenMP, and of dllib's MKL
    elsewhere(MKL.setNumThreads(1))
  }

  /** Runs layers of dllib's, while nobody changes the number of its threads. */
  def withDllibsMkl[A](body: => A): A = locked(dllibsMkl.readLock)(body)

  private def locked[A](lock: Lock)(body: => A): A = {
    lock.lock()
    try body finally lock.unlock()
  }

  /** On a thread whose number for OpenMP is of no interest. */
  private def elsewhere(body: => Unit): Unit = other.submit(new Callable[Unit] {
    override def call(): Unit = body
  }).get()
}
