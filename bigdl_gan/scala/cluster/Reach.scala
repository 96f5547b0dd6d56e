package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.net.{InetAddress, InetSocketAddress, Socket, UnknownHostException}

/** Connects to a port of a host: tries each address of the host's name until one answers. */
private[gan] object Reach {
  private val AnswerMillis = 20 * 1000L // longer than most pauses of a garbage collector
  private val PauseMillis = 200L

  /**
   * @param millis how long to try
   * @param greet  authenticates the peer; its IOException means that it was the wrong one
   * @throws IOException if no address gave the right answer; says what was tried and why it failed
   */
  def connect[A](host: String, port: Int, millis: Long)(greet: (Socket, Deadline) => A): A = {
    val deadline = Deadline.in(millis)
    var failures: Seq[String] = Nil
    var found: Option[A] = None
    while (found.isEmpty) {
      if (deadline.isOver) throw new IOException(failures.mkString("; "))
      val addresses = try InetAddress.getAllByName(host).toSeq catch { case _: UnknownHostException => Nil }
      failures = if (addresses.isEmpty) Seq("its name cannot be resolved") else Nil
      for ((address, i) <- addresses.zipWithIndex if found.isEmpty) {
        val share = math.max(1L, deadline.leftMillis / (addresses.length - i))
        at(address, port, share)(greet) match {
          case Right(answer) => found = Some(answer)
          case Left(failure) => failures :+= s"${address.getHostAddress}: $failure"
        }
      }
      if (found.isEmpty) Thread.sleep(PauseMillis)
    }
    found.get
  }

  private def at[A](address: InetAddress, port: Int, millis: Long)
    (greet: (Socket, Deadline) => A): Either[String, A] = {
    val socket = new Socket()
    try {
      socket.connect(new InetSocketAddress(address, port), math.min(Int.MaxValue, millis).toInt)
      Right(greet(socket, Deadline.in(AnswerMillis)))
    } catch {
      case failure: Throwable =>
        socket.close()
        if (!failure.isInstanceOf[IOException]) throw failure
        Left(String.valueOf(failure.getMessage))
    }
  }
}
