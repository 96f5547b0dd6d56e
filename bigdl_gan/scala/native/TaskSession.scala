package com.intel.analytics.bigdl.dllib.gan.native

import org.apache.spark.TaskContext

/**
 * Something native for one task, made and used on a thread of its own.
 *
 * It takes one call at a time: the task may end and close this while the thread with which Spark
 * feeds a Python worker still pulls rows.
 */
private[gan] final class TaskSession[A <: AutoCloseable](make: => A) {
  private val thread = NativeThread.acquire()
  private val held = try thread.run(make) catch {
    case failure: Throwable =>
      thread.release()
      throw failure
  }
  private var isClosed = false

  def apply[B](body: A => B): B = synchronized {
    if (isClosed) throw new IllegalStateException("This network's task has ended.")
    thread.run(body(held))
  }

  def close(): Unit = synchronized {
    if (!isClosed) {
      isClosed = true
      try thread.run(held.close()) finally thread.release()
    }
  }
}

private[gan] object TaskSession {
  /** A session that closes when the current task ends. */
  def ofTask[A <: AutoCloseable](make: => A): TaskSession[A] = {
    val session = new TaskSession(make)
    TaskContext.get().addTaskCompletionListener[Unit](_ => session.close())
    session
  }
}
