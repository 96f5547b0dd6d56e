package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.net.{BindException, ServerSocket, Socket}
import java.util.ArrayDeque

/**
 * Accepts connections to a port at any address of this machine: the machine may not know the name
 * that others use for it, and its own name may belong to the loopback interface.
 *
 * Each connection is greeted in its own thread, within one deadline. A crowd of strangers cannot
 * keep a neighbour out: only the newest few connections that are not yet authenticated stay open.
 *
 * @param greet authenticates a peer, and calls `keep` for the right one; an IOException closes the
 *              connection
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

  /** Hands a connection over: its new owner closes it. */
  def keep(socket: Socket): Unit = strangers.synchronized(strangers.remove(socket))

  /** Accepts no more connections, and closes those that nobody keeps. */
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

  /** Listens on the first free port. Throws a BindException if there is none. */
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
