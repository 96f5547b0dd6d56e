package com.intel.analytics.bigdl.dllib.gan.native

import scala.collection.mutable.ArrayBuffer

/**
 * A recorded sequence of native primitives and JVM functions, which can run any number of times.
 *
 * Neighbouring primitives are handed to the library as one sequence.
 */
private[gan] final class Pass(context: DnnContext) {
  private sealed trait Command { def run(): Unit }

  private final class Native extends Command {
    val primitives = ArrayBuffer[Primitive]()
    private lazy val sequence = context.sequence(primitives)

    override def run(): Unit = sequence.run()
  }

  private final class Jvm(function: () => Unit) extends Command {
    override def run(): Unit = function()
  }

  private val commands = ArrayBuffer[Command]()

  def native(primitive: Primitive): Unit = {
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
