package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.EOFException
import java.net.{Socket, SocketTimeoutException}
import javax.crypto.Cipher

/**
 * The sending end of a connection between neighbours. Only pulses come back on it: bytes without a
 * meaning, by which the other process shows that it and the network are alive.
 *
 * @param key the connection's key, if its packets are encrypted
 */
private[gan] final class PacketSender(socket: Socket, key: Option[Array[Byte]]) {
  PacketConnection.prepare(socket)
  socket.setSoTimeout(1) // so that reading pulses does not wait
  private val (output, pulses) = (socket.getOutputStream, socket.getInputStream)
  private val cipher = key.map(new PacketCipher(_, Cipher.ENCRYPT_MODE))
  private var sealedBytes = new Array[Byte](0)
  private val someBytes = new Array[Byte](64)

  def address: String = socket.getRemoteSocketAddress.toString

  /** Sends the first `count` bytes; waits until the neighbour takes them. */
  def send(bytes: Array[Byte], count: Int): Unit = cipher match {
    case None => output.write(bytes, 0, count)
    case Some(packets) =>
      sealedBytes = PacketConnection.room(sealedBytes, bytes)
      output.write(sealedBytes, 0, packets.next(bytes, count, sealedBytes))
  }

  /** Whether a pulse came since the last call; throws if the neighbour closed the connection. */
  def hasPulse: Boolean = {
    var (any, count) = (false, 1)
    while (count > 0) {
      count = try pulses.read(someBytes) catch { case _: SocketTimeoutException => 0 }
      if (count < 0) throw new EOFException("it has closed the connection")
      any |= count > 0
    }
    any
  }

  def close(): Unit = socket.close()
}

/** The receiving end, which sends the pulses. */
private[gan] final class PacketReceiver(socket: Socket, key: Option[Array[Byte]]) {
  PacketConnection.prepare(socket)
  socket.setSoTimeout(PacketConnection.SliceMillis)
  private val (input, pulses) = (socket.getInputStream, socket.getOutputStream)
  private val cipher = key.map(new PacketCipher(_, Cipher.DECRYPT_MODE))
  private var sealedBytes = new Array[Byte](0)

  def address: String = socket.getRemoteSocketAddress.toString

  /**
   * Fills the first `count` bytes with the next packet.
   *
   * @param waiting called after each second without data; it may throw to end the wait
   */
  def receive(bytes: Array[Byte], count: Int)(waiting: () => Unit): Unit = cipher match {
    case None => read(bytes, count, waiting)
    case Some(packets) =>
      sealedBytes = PacketConnection.room(sealedBytes, bytes)
      read(sealedBytes, count + PacketCipher.TagLength, waiting)
      packets.next(sealedBytes, count + PacketCipher.TagLength, bytes)
  }

  private def read(bytes: Array[Byte], count: Int, waiting: () => Unit): Unit = {
    var filled = 0
    while (filled < count) {
      try {
        val n = input.read(bytes, filled, count - filled)
        if (n < 0) throw new EOFException("it has closed the connection")
        filled += n
      } catch { case _: SocketTimeoutException => waiting() }
    }
  }

  def pulse(): Unit = pulses.write(0)

  def close(): Unit = socket.close()
}

private[gan] object PacketConnection {
  /** How long a wait lasts before it checks whether to continue. */
  val SliceMillis = 1000

  def prepare(socket: Socket): Unit = {
    socket.setTcpNoDelay(true)
    socket.setKeepAlive(true)
  }

  /** A buffer with room for `bytes` after encryption: `buffer` itself if it is large enough. */
  def room(buffer: Array[Byte], bytes: Array[Byte]): Array[Byte] = {
    val wanted = bytes.length + PacketCipher.TagLength
    if (buffer.length >= wanted) buffer else new Array[Byte](wanted)
  }
}
