package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.net.Socket
import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.US_ASCII
import java.security.{MessageDigest, SecureRandom}
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/**
 * How two neighbours authenticate each other: both prove that they know the training's secret,
 * which is never sent.
 *
 * The replica that connects sends a hello with a nonce. The other answers with its own nonce and an
 * HMAC-SHA256 over the hello and both nonces. The first sends an HMAC too, and gets one byte when
 * it is admitted. Each HMAC begins with its sender's role, so it cannot be sent back to its sender.
 *
 * Source: ISO/IEC 9798-4, mutual authentication in three passes.
 *
 * @param secret    the training's
 * @param encrypted whether packets will be encrypted; both ends must agree
 */
private[gan] final class Handshake(secret: Array[Byte], encrypted: Boolean) {
  import Handshake._

  /**
   * Authenticates as replica `from`, on its connection to replica `to`.
   *
   * @return this connection's key
   */
  def connect(socket: Socket, from: Int, to: Int, deadline: Deadline): Array[Byte] = {
    val (hello, nonce) = (helloOf(from, to), newNonce())
    socket.getOutputStream.write(hello ++ nonce)
    val (theirs, answer) = (new Array[Byte](NonceLength), new Array[Byte](MacLength))
    deadline.read(socket, theirs)
    deadline.read(socket, answer)
    val transcript = hello ++ nonce ++ theirs
    if (!MessageDigest.isEqual(answer, mac(Accepting, transcript))) {
      throw new IOException("the process that listens there does not belong to this training")
    }
    socket.getOutputStream.write(mac(Connecting, transcript))
    deadline.read(socket, new Array[Byte](1))
    mac(Key, transcript)
  }

  /**
   * Authenticates as replica `to`, on an incoming connection.
   *
   * @param admit called with the key once the peer has proved to be replica `from`, before it knows
   */
  def accept(socket: Socket, from: Int, to: Int, deadline: Deadline)(admit: Array[Byte] => Unit): Unit = {
    val (hello, theirs, nonce) =
      (new Array[Byte](helloOf(from, to).length), new Array[Byte](NonceLength), newNonce())
    deadline.read(socket, hello)
    if (!MessageDigest.isEqual(hello, helloOf(from, to))) {
      throw new IOException("not the neighbour's hello")
    }
    deadline.read(socket, theirs)
    val transcript = hello ++ theirs ++ nonce
    socket.getOutputStream.write(nonce ++ mac(Accepting, transcript))
    val proof = new Array[Byte](MacLength)
    deadline.read(socket, proof)
    if (!MessageDigest.isEqual(proof, mac(Connecting, transcript))) {
      throw new IOException("not the neighbour's secret")
    }
    admit(mac(Key, transcript))
    socket.getOutputStream.write(1)
  }

  private def helloOf(from: Int, to: Int): Array[Byte] =
    ByteBuffer.allocate(Magic.length + 13).put(Magic).putInt(Version).putInt(from).putInt(to)
      .put((if (encrypted) 1 else 0).toByte).array()

  private def mac(purpose: String, transcript: Array[Byte]): Array[Byte] = {
    val function = Mac.getInstance("HmacSHA256")
    function.init(new SecretKeySpec(secret, "HmacSHA256"))
    function.update(purpose.getBytes(US_ASCII))
    function.doFinal(transcript)
  }
}

private[gan] object Handshake {
  private val Magic = "bigdl_gan".getBytes(US_ASCII)
  private val Version = 2
  private val NonceLength = 32
  private val MacLength = 32
  private val Accepting = "accepting"
  private val Connecting = "connecting"
  private val Key = "key"
  private val random = new SecureRandom()

  private def newNonce(): Array[Byte] = {
    val nonce = new Array[Byte](NonceLength)
    random.nextBytes(nonce)
    nonce
  }
}
