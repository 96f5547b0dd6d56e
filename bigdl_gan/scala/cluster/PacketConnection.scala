package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.EOFException
import java.net.{Socket, SocketTimeoutException}
import javax.crypto.Cipher

/**
 * The end of a neighbours' connection that sends packets. What comes back on it are pulses only:
 * bytes without a meaning, by which the other process shows that it and the network are alive.
 *
 * @param key of the connection where its packets are encrypted
 */
private[gan] final class PacketSender(socket: Socket, key: Option[Array[Byte]]) {
  PacketConnection.prepare(socket)
  socket.setSoTimeout(1) // of the reader of pulses, which is not to wait
  private val (output, pulses) = (socket.getOutputStream, socket.getInputStream)
  private val cipher = key.map(new PacketCipher(_, Cipher.ENCRYPT_MODE))
  private var sealedBytes = new Array[Byte](0)
  private val someBytes = new Array[Byte](64)

  def address: String = socket.getRemoteSocketAddress.toString

  /** Sends the first `count` bytes; waits for as long as the neighbour does not take them. */
  def send(bytes: Array[Byte], count: Int): Unit = cipher match {
    case None => output.write(bytes, 0, count)
    case Some(packets) =>
      sealedBytes = PacketConnection.room(sealedBytes, bytes)
      output.write(sealedBytes, 0, packets.next(bytes, count, sealedBytes))
  }

  /** Whether there was a pulse since the last question; throws where the neighbour has closed. */
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

/** The end that receives them, and sends pulses. */
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
   * @param waiting called every second in which nothing comes; what it throws ends the wait
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
  /** How long a wait lasts before it asks whether it should go on. */
  val SliceMillis = 1000

  def prepare(socket: Socket): Unit = {
    socket.setTcpNoDelay(true)
    socket.setKeepAlive(true)
  }

  /** A buffer for any packet of `bytes` once it is encrypted. */
  def room(buffer: Array[Byte], bytes: Array[Byte]): Array[Byte] = {
    val wanted = bytes.length + PacketCipher.TagLength
    if (buffer.length >= wanted) buffer else new Array[Byte](wanted)
  }
}
