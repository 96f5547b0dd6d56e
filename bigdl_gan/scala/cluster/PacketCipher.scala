package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.nio.ByteBuffer
import javax.crypto.spec.{GCMParameterSpec, SecretKeySpec}
import javax.crypto.{AEADBadTagException, Cipher}

/**
 * Encrypts or decrypts the packets of one connection, one after the other: AES-128-GCM, the packet's
 * number for nonce, so that none can be changed, left out or sent again.
 *
 * Source: NIST SP 800-38D.
 *
 * @param key  of this connection and no other, or a nonce would be used twice
 * @param mode `Cipher.ENCRYPT_MODE` or `Cipher.DECRYPT_MODE`
 */
private[gan] final class PacketCipher(key: Array[Byte], mode: Int) {
  private val cipher = Cipher.getInstance("AES/GCM/NoPadding")
  private val aes = new SecretKeySpec(key, 0, PacketCipher.KeyLength, "AES")
  private var number = 0L

  /** Puts the next packet into `to`; the number of its bytes. */
  def next(from: Array[Byte], count: Int, to: Array[Byte]): Int = {
    val nonce = ByteBuffer.allocate(PacketCipher.NonceLength).putLong(4, number).array()
    number += 1
    cipher.init(mode, aes, new GCMParameterSpec(8 * PacketCipher.TagLength, nonce))
    try cipher.doFinal(from, 0, count, to) catch {
      case _: AEADBadTagException => throw new IOException("A packet was changed on its way.")
    }
  }
}

private[gan] object PacketCipher {
  /** How many bytes an encrypted packet is longer. */
  val TagLength = 16
  private val KeyLength = 16
  private val NonceLength = 12
}
