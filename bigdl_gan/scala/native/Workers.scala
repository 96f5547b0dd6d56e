package com.intel.analytics.bigdl.dllib.gan.native

import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.{Callable, ExecutionException, ExecutorService, Executors, ThreadFactory}

import scala.collection.JavaConverters._

/** A fixed number of daemon threads for loops that are not native primitives. */
private[gan] final class Workers(threads: Int, name: String) {
  private val pool: ExecutorService = Workers.pool(threads, name)

  /**
   * Calls `body` for each of `0 until n`, in any order, and returns when all calls are done.
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
      val tasks = Seq.fill(math.min(threads, n))(task)
      try pool.invokeAll(tasks.asJava).asScala.foreach(_.get())
      catch { case failure: ExecutionException => throw failure.getCause }
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
