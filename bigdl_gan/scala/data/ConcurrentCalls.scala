package com.intel.analytics.bigdl.dllib.gan.data

import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.{ExecutorService, Executors, Semaphore, ThreadFactory, TimeUnit}

/**
 * Runs calls that mostly wait, each in its own thread, at most `most` at a time.
 *
 * After the first failure, no more calls start and those under way run to their end. The next `add`
 * or `finish` throws that failure.
 */
private[gan] final class ConcurrentCalls(most: Int) extends AutoCloseable {
  private val free = new Semaphore(most)
  private val failure = new AtomicReference[Option[Throwable]](None)
  private val threads: ExecutorService = Executors.newCachedThreadPool(new ThreadFactory {
    override def newThread(runnable: Runnable): Thread = {
      val thread = new Thread(runnable, ConcurrentCalls.ThreadName)
      thread.setDaemon(true)
      thread
    }
  })

  /** Waits for a free thread, and returns before the call does. */
  def add(call: () => Unit): Unit = {
    free.acquire()
    try {
      failure.get.foreach(throw _)
      threads.execute(() => perform(call))
    } catch {
      case error: Throwable =>
        free.release()
        throw error
    }
  }

  private def perform(call: () => Unit): Unit =
    try call() catch {
      case error: Throwable => failure.compareAndSet(None, Some(error))
    } finally free.release()

  /** Waits for all calls. */
  def finish(): Unit = {
    free.acquire(most)
    free.release(most)
    failure.get.foreach(throw _)
  }

  /** Waits for the calls under way; an interrupt of this thread interrupts them too. */
  override def close(): Unit = {
    threads.shutdown()
    try threads.awaitTermination(Long.MaxValue, TimeUnit.NANOSECONDS)
    catch {
      case _: InterruptedException =>
        threads.shutdownNow()
        Thread.currentThread().interrupt()
    }
  }
}

private[gan] object ConcurrentCalls {
  val ThreadName = "bigdl_gan-calls"
}
