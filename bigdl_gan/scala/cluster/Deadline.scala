package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.EOFException
import java.net.{Socket, SocketTimeoutException}

/** A point in time shared by many calls: a peer that sends a byte now and then cannot defer it. */
private[gan] final class Deadline private (nanos: Long) {
  def leftMillis: Long = (nanos - System.nanoTime()) / 1000000L

  def isOver: Boolean = leftMillis <= 0

  /** Fills `bytes` from a socket, and changes the socket's timeout. */
  def read(socket: Socket, bytes: Array[Byte]): Unit = {
    val stream = socket.getInputStream
    var filled = 0
    while (filled < bytes.length) {
      val left = leftMillis
      if (left <= 0) throw new SocketTimeoutException("no answer in time")
      socket.setSoTimeout(math.min(Int.MaxValue, left).toInt)
      val count = stream.read(bytes, filled, bytes.length - filled)
      if (count < 0) throw new EOFException("the connection was closed")
      filled += count
    }
  }
}

private[gan] object Deadline {
  def in(millis: Long): Deadline = new Deadline(System.nanoTime() + millis * 1000000L)
}
