package com.intel.analytics.bigdl.dllib.gan.native

import scala.collection.mutable.ArrayBuffer

import com.intel.analytics.bigdl.mkl.Stream

/**
 * A recorded sequence of native primitives and JVM functions, which can run any number of times.
 *
 * Neighbouring primitives share one stream, which is submitted once and then rerun: a stream keeps
 * what is submitted to it, so submitting each time would take ever more memory.
 */
private[gan] final class Pass(context: DnnContext) {
  private sealed trait Command { def run(): Unit }

  private final class Native extends Command {
    val primitives = ArrayBuffer[Long]()
    private var stream = 0L

    override def run(): Unit =
      if (stream == 0L) stream = context.stream(primitives.toArray)
      else {
        Stream.Rerun(stream)
        Stream.Wait(stream, 1) // a stream can be rerun only after a wait
      }
  }

  private final class Jvm(function: () => Unit) extends Command {
    override def run(): Unit = function()
  }

  private val commands = ArrayBuffer[Command]()

  def native(primitive: Long): Unit = {
    val last = commands.lastOption match {
      case Some(native: Native) => native
      case _ =>
        val native = new Native
        commands += native
        native
    }
    last.primitives += primitive
  }

  def jvm(function: () => Unit): Unit = commands += new Jvm(function)

  def run(): Unit = {
    var i = 0
    while (i < commands.length) {
      commands(i).run()
      i += 1
    }
  }
}
