package com.intel.analytics.bigdl.dllib.gan.diagnosis

import java.io.IOException
import java.net.BindException
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.{ByteBuffer, ByteOrder}
import java.util.Base64

import scala.io.StdIn

import com.intel.analytics.bigdl.dllib.gan.cluster.{Ring, RingSettings}

/**
 * A replica's end of a ring as a process of its own, which follows commands on standard input: for
 * tests and measurements of the network alone.
 *
 * Its arguments are rank, number of replicas, secret, first port, number of further ports, whether
 * to encrypt, and three times in milliseconds: of silence, for connecting, and between pulses. It
 * answers each line with one line.
 */
object RingPeer {
  def main(arguments: Array[String]): Unit = {
    val Array(rank, size, secret, port, retries, encrypted, silence, connect, pulse) = arguments
    val settings = RingSettings(port.toInt, retries.toInt, silence.toLong, encrypted.toBoolean,
      connect.toLong, pulse.toLong)
    try {
      val ring = new Ring(rank.toInt, size.toInt, secret.getBytes(UTF_8), settings)
      println(s"port ${ring.port}")
      Iterator.continually(StdIn.readLine()).takeWhile(_ != null).foreach(line => println(answer(ring, line)))
      ring.close()
    } catch { case failure: BindException => println(s"problem ${failure.getMessage}") }
  }

  private def answer(ring: Ring, line: String): String = try line.split(' ') match {
    case Array("meet", host, port) =>
      ring.meet(host, port.toInt)
      "met"
    case Array("close") => // as a replica does when it fails
      ring.close()
      "closed"
    case Array("exchange", count) =>
      ring.begin(() => false)
      s"mean ${mean(ring, count.toInt)}"
    case Array("time", count, rounds) =>
      ring.begin(() => false)
      s"seconds ${seconds(ring, count.toInt, rounds.toInt)}"
  } catch { case failure: IOException => s"problem ${failure.getMessage}" }

  /** How long so many exchanges take of the gradients and weights of `count` weights. */
  private def seconds(ring: Ring, count: Int, rounds: Int): Double = {
    val values = new Array[Float](count)
    val begin = System.nanoTime()
    for (_ <- 0 until rounds) {
      ring.reduceScatter(values, count)((_, _) => ())
      ring.allGather(values, count)((_, _) => ())
    }
    (System.nanoTime() - begin) * 1e-9
  }

  /** The mean over all replicas of vectors that hold rank + i / count, little-endian, as Base64. */
  private def mean(ring: Ring, count: Int): String = {
    val (mine, all) = (new Array[Float](count), new Array[Float](count))
    ring.reduceScatter(mine, count) { (from, n) =>
      for (i <- from until from + n) mine(i) = ring.rank + i.toFloat / count
    }
    val (from, until) = ring.part(count)
    System.arraycopy(mine, from, all, from, until - from)
    ring.allGather(all, count)((_, _) => ())
    val bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN)
    all.foreach(bytes.putFloat)
    Base64.getEncoder.encodeToString(bytes.array())
  }
}
