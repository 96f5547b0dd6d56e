package com.intel.analytics.bigdl.dllib.gan.native

import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.{Callable, ExecutionException, ExecutorService, Executors, ThreadFactory}

/**
 * Daemon threads for loops that are not native primitives.
 *
 * @param threads that work on a loop, the caller's included
 */
private[gan] final class Workers(threads: Int, name: String) {
  private val pool: ExecutorService = Workers.pool(math.max(1, threads - 1), name) // its threads start when needed

  /**
   * Calls `body` for each of `0 until n`, in any order, and returns when all calls are done. The
   * caller begins at once, because it takes time to wake the others.
   *
   * Each thread takes the next number when it is free, so a core that other processes slow down
   * delays the others by one call at most.
   */
  def range(n: Int)(body: Int => Unit): Unit =
    if (threads == 1 || n < 2) {
      var i = 0
      while (i < n) {
        body(i)
        i += 1
      }
    } else {
      val next = new AtomicInteger()
      val task = new Callable[Unit] {
        override def call(): Unit = {
          var i = next.getAndIncrement()
          while (i < n) {
            body(i)
            i = next.getAndIncrement()
          }
        }
      }
      val others = Seq.fill(math.min(threads, n) - 1)(pool.submit(task))
      try task.call() finally {
        val failures = others.flatMap(other => try {
          other.get()
          None
        } catch { case failure: ExecutionException => Some(failure.getCause) })
        failures.headOption.foreach(throw _)
      }
    }

  def close(): Unit = pool.shutdownNow()
}

private[gan] object Workers {
  def pool(threads: Int, name: String): ExecutorService =
    Executors.newFixedThreadPool(threads, new ThreadFactory {
      override def newThread(runnable: Runnable): Thread = {
        val thread = new Thread(runnable, name)
        thread.setDaemon(true)
        thread
      }
    })
}
