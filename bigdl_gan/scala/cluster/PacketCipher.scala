package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.nio.ByteBuffer
import javax.crypto.spec.{GCMParameterSpec, SecretKeySpec}
import javax.crypto.{AEADBadTagException, Cipher}

/**
 * Encrypts or decrypts a connection's packets in order, with AES-128-GCM. The nonce is the packet's
 * number, so no packet can be changed, dropped or replayed unnoticed.
 *
 * Source: NIST SP 800-38D.
 *
 * @param key  used for this connection only, because no nonce may be used twice with it
 * @param mode `Cipher.ENCRYPT_MODE` or `Cipher.DECRYPT_MODE`
 */
private[gan] final class PacketCipher(key: Array[Byte], mode: Int) {
  private val cipher = Cipher.getInstance("AES/GCM/NoPadding")
  private val aes = new SecretKeySpec(key, 0, PacketCipher.KeyLength, "AES")
  private var number = 0L

  /** Writes the next packet to `to`; returns its number of bytes. */
  def next(from: Array[Byte], count: Int, to: Array[Byte]): Int = {
    val nonce = ByteBuffer.allocate(PacketCipher.NonceLength).putLong(4, number).array()
    number += 1
    cipher.init(mode, aes, new GCMParameterSpec(8 * PacketCipher.TagLength, nonce))
    try cipher.doFinal(from, 0, count, to) catch {
      case _: AEADBadTagException => throw new IOException("A packet was changed in transit.")
    }
  }
}

private[gan] object PacketCipher {
  /** How many bytes encryption adds to a packet. */
  val TagLength = 16
  private val KeyLength = 16
  private val NonceLength = 12
}
