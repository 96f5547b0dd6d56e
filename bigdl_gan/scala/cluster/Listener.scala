package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.net.{BindException, ServerSocket, Socket}
import java.util.ArrayDeque

/**
 * Takes connections at a port of this machine, whatever address they come to: which name others
 * have for it, this machine need not know, and its own name may be that of the loopback interface.
 *
 * Everybody who connects is greeted in a thread of its own, within one deadline. A crowd of
 * strangers does not keep a neighbour out: of those who have not shown who they are, the newest few
 * stay.
 *
 * @param greet finds out who they are, and calls `keep` for the one it knows; an IOException of
 *              its turns them away
 */
private[gan] final class Listener(settings: RingSettings, name: String)
  (greet: (Socket, Deadline) => Unit) {
  private val server = Listener.open(settings)
  private val strangers = new ArrayDeque[Socket]() // the oldest first
  @volatile private var closed = false
  val port: Int = server.getLocalPort

  Listener.thread(name) {
    while (!closed) {
      try admit(server.accept()) catch {
        case _: IOException => if (!closed) Thread.sleep(Listener.PauseMillis) // too many files are open
      }
    }
  }

  private def admit(socket: Socket): Unit = {
    strangers.synchronized {
      if (strangers.size == Listener.MostStrangers) strangers.poll().close()
      strangers.add(socket)
    }
    Listener.thread(s"$name-greeting") {
      try greet(socket, Deadline.in(Listener.GreetingMillis)) catch {
        case _: IOException =>
          keep(socket)
          socket.close()
      }
    }
  }

  /** From now on, this connection is somebody else's to close. */
  def keep(socket: Socket): Unit = strangers.synchronized(strangers.remove(socket))

  /** Takes no more, and turns away those whom nobody keeps. */
  def close(): Unit = {
    closed = true
    server.close()
    strangers.synchronized(strangers.forEach(_.close()))
  }
}

private[gan] object Listener {
  private val GreetingMillis = 10 * 1000L
  private val MostStrangers = 16
  private val PauseMillis = 100L

  /** At the first port that is free. Throws a BindException where none is. */
  private def open(settings: RingSettings): ServerSocket = {
    val ports = settings.port to settings.port + settings.portRetries
    ports.iterator.flatMap { port =>
      try Some(new ServerSocket(port)) catch { case _: BindException => None }
    }.take(1).toSeq.headOption.getOrElse(throw new BindException(s"${settings.ports}: none is free"))
  }

  private def thread(name: String)(body: => Unit): Unit = {
    val thread = new Thread(new Runnable { override def run(): Unit = body }, name)
    thread.setDaemon(true)
    thread.start()
  }
}
