package com.intel.analytics.bigdl.dllib.gan.native

import java.util.concurrent.Callable
import java.util.concurrent.locks.{Lock, ReentrantReadWriteLock}

import com.intel.analytics.bigdl.mkl.{MKL, MklDnn}

/**
 * Sets how many threads native code uses. OpenMP has a number for each thread, MKL for the process.
 *
 * There are two copies of MKL, MKL-DNN's and dllib's. The calls that set OpenMP's number for the
 * calling thread also set one copy's for all threads. Another number of threads gives a sum other
 * bits. So both copies stay at one thread for good: otherwise, generating images would change a
 * training in the same process.
 */
private[gan] object OpenMp {
  private val other = Workers.pool(1, "bigdl-gan-mkl")
  private val dllibsMkl = new ReentrantReadWriteLock

  // Not in the initialiser, because the other thread would wait for this object.
  private lazy val once: Unit = elsewhere(MklDnn.setNumThreads(1))

  /** Sets the number of threads that MKL-DNN uses when called from this thread. */
  def setThreads(n: Int): Unit = locked(dllibsMkl.writeLock) {
    once
    MKL.setNumThreads(n) // for this thread's OpenMP, and for dllib's MKL
    elsewhere(MKL.setNumThreads(1))
  }

  /** Runs dllib's layers while nobody changes their number of threads. */
  def withDllibsMkl[A](body: => A): A = locked(dllibsMkl.readLock)(body)

  private def locked[A](lock: Lock)(body: => A): A = {
    lock.lock()
    try body finally lock.unlock()
  }

  /** Runs `body` on a thread whose OpenMP number does not matter. */
  private def elsewhere(body: => Unit): Unit = other.submit(new Callable[Unit] {
    override def call(): Unit = body
  }).get()
}
