package com.intel.analytics.bigdl.dllib.gan

import java.util.concurrent.{Callable, ExecutionException, ExecutorService, Executors, ThreadFactory}

import scala.collection.JavaConverters._

/** A fixed number of daemon threads for the loops that no native primitive does. */
private[gan] final class Workers(threads: Int, name: String) {
  private val pool: ExecutorService = Workers.pool(threads, name)

  /** Calls `body` for each of `0 until n`, in any order, and returns when all are done. */
  def range(n: Int)(body: Int => Unit): Unit =
    if (threads == 1 || n < 2) {
      var i = 0
      while (i < n) {
        body(i)
        i += 1
      }
    } else {
      val parts = math.min(threads, n)
      val tasks = (0 until parts).map { part =>
        new Callable[Unit] {
          override def call(): Unit = {
            var i = part
            while (i < n) {
              body(i)
              i += parts
            }
          }
        }
      }
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
