package com.intel.analytics.bigdl.dllib.gan.data

import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.{ExecutorService, Executors, Semaphore, ThreadFactory, TimeUnit}

/**
 * Calls that mostly wait, at most so many at a time, each in a thread of its own.
 *
 * The first that fails is the end: no more are taken, those on their way come to theirs, and its
 * exception is thrown to whoever adds the next one or finishes.
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

  /** Waits for a place, and returns before the call does. */
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

  /** Waits for the calls on their way; where this thread is interrupted in that, so are they. */
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
