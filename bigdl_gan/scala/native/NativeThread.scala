package com.intel.analytics.bigdl.dllib.gan.native

import java.util.concurrent.{Callable, ConcurrentLinkedDeque, ExecutionException}

/**
 * A thread for native work, lent to one replica or session at a time and kept for the next.
 *
 * The C library gives every new thread its own arena, which keeps much of the memory that is freed
 * in it. The threads of Spark's tasks come and go: on them, generating 64 images every few minutes
 * made a JVM grow by 150 MB each time. MKL-DNN's number of threads belongs to a thread, too.
 */
private[gan] final class NativeThread private (number: Int) {
  private val executor = Workers.pool(1, s"bigdl-gan-native-$number")

  /** Runs `body` on this thread, and returns or throws what it does. */
  def run[A](body: => A): A = {
    val future = executor.submit(new Callable[A] {
      override def call(): A = body
    })
    try future.get() catch { case failure: ExecutionException => throw failure.getCause }
  }

  /** Gives the thread back; nothing may run on it any more. */
  def release(): Unit = NativeThread.idle.addFirst(this)
}

private[gan] object NativeThread {
  private val idle = new ConcurrentLinkedDeque[NativeThread]()
  private val count = new java.util.concurrent.atomic.AtomicInteger()

  def acquire(): NativeThread =
    Option(idle.pollFirst()).getOrElse(new NativeThread(count.incrementAndGet()))

  /** Runs `body` on one of these threads. */
  def once[A](body: => A): A = {
    val thread = acquire()
    try thread.run(body) finally thread.release()
  }
}
