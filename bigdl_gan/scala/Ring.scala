package com.intel.analytics.bigdl.dllib.gan

import java.io.{DataInputStream, DataOutputStream, IOException, InterruptedIOException}
import java.net.{InetAddress, InetSocketAddress, ServerSocket, Socket}
import java.nio.{Buffer, ByteBuffer, ByteOrder, FloatBuffer}
import java.util.concurrent.{Callable, ConcurrentLinkedQueue, ExecutionException, Future}
import java.util.concurrent.{TimeUnit, TimeoutException}

import scala.collection.JavaConverters._

/**
 * All-reduce around a ring of executors, over sockets between neighbours.
 *
 * Every replica sends 2 (n - 1) / n of a vector however many there are, and the sums are taken in
 * the same order every time. Source: Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms
 * for clusters of workstations", JPDC 2009.
 *
 * A neighbour has to present the training's secret before anything it sends is read as numbers.
 *
 * @param secret shared by the replicas of one training; travels inside Spark's task only
 * @param host   the interface to listen on: the one that Spark itself uses on this executor
 * @param timeoutMillis how long to wait for a neighbour before an IOException
 */
private[gan] final class Ring(override val rank: Int, override val size: Int, secret: Array[Byte],
  host: String, timeoutMillis: Int) extends Exchange {
  private val server = new ServerSocket(0, size, InetAddress.getByName(host))
  server.setSoTimeout(timeoutMillis)
  private val sender = Workers.pool(1, s"bigdl-gan-ring-$rank")
  private val sockets = new ConcurrentLinkedQueue[Socket]() // all that `close` has to close
  private var isConnected = false
  private var output: DataOutputStream = _
  private var input: DataInputStream = _
  private val outBytes, inBytes = new Array[Byte](4 * Ring.PacketLength)
  private val (outgoing, incoming) = (Ring.floats(outBytes), Ring.floats(inBytes))
  private val arrivals = new Array[Float](Ring.PacketLength)

  val port: Int = server.getLocalPort

  override def connect(addresses: Array[(String, Int)]): Unit = if (!isConnected) {
    val next = addresses((rank + 1) % size)
    val to = new Socket()
    sockets.add(to)
    val accepted = sender.submit(new Callable[Socket] {
      override def call(): Socket = accept()
    })
    to.connect(new InetSocketAddress(next._1, next._2), timeoutMillis)
    prepare(to)
    output = new DataOutputStream(to.getOutputStream)
    output.write(secret)
    output.writeInt(rank)
    output.flush()
    input = new DataInputStream(await(accepted).getInputStream)
    isConnected = true
  }

  private def prepare(socket: Socket): Unit = {
    socket.setTcpNoDelay(true)
    socket.setKeepAlive(true) // between chunks, for as long as callbacks take
    socket.setSoTimeout(timeoutMillis)
  }

  /** Waits for the replica before this one, and turns away whoever does not know the secret. */
  private def accept(): Socket = {
    val previous = (rank + size - 1) % size
    Iterator.continually(server.accept()).map { socket =>
      sockets.add(socket)
      socket.setSoTimeout(math.min(timeoutMillis, Ring.HandshakeMillis))
      val stream = new DataInputStream(socket.getInputStream)
      val presented = new Array[Byte](secret.length)
      val known = try {
        stream.readFully(presented)
        java.security.MessageDigest.isEqual(presented, secret) && stream.readInt() == previous
      } catch { case _: IOException => false }
      if (known) prepare(socket) else socket.close()
      (known, socket)
    }.collectFirst { case (true, socket) => socket }.get
  }

  private def await[A](future: Future[A]): A =
    try future.get(timeoutMillis, TimeUnit.MILLISECONDS) catch {
      case failure: ExecutionException => throw failure.getCause
      case _: TimeoutException =>
        throw new InterruptedIOException(s"No neighbour answered for $timeoutMillis ms.")
    }

  override def reduceScatter(values: Array[Float], count: Int)(read: (Int, Int) => Unit): Unit = {
    // The part of rank r starts at its right neighbour and arrives at r after size - 1 steps.
    for (step <- 0 until size - 1) {
      val sent = Math.floorMod(rank - step - 1, size)
      val received = Math.floorMod(rank - step - 2, size)
      val isOwn = step == 0
      swap(count, sent, received) { (from, n) =>
        if (isOwn) read(from, n)
        outgoing.put(values, from, n)
      } { (from, n) =>
        read(from, n)
        incoming.get(arrivals, 0, n)
        Ring.add(arrivals, values, from, n)
      }
    }
    val (from, until) = part(count)
    var i = from
    while (i < until) {
      values(i) /= size
      i += 1
    }
  }

  override def allGather(values: Array[Float], count: Int)(arrived: (Int, Int) => Unit): Unit =
    for (step <- 0 until size - 1) {
      val sent = Math.floorMod(rank - step, size)
      val received = Math.floorMod(rank - step - 1, size)
      swap(count, sent, received)((from, n) => outgoing.put(values, from, n)) { (from, n) =>
        incoming.get(values, from, n)
        arrived(from, n)
      }
    }

  /**
   * Sends the part of one rank to the right while that of another comes in from the left.
   *
   * @param give called with the first index and the number of values to put into `outgoing`
   * @param take called with the first index and the number of values that lie in `incoming`
   */
  private def swap(count: Int, sent: Int, received: Int)(give: (Int, Int) => Unit)
    (take: (Int, Int) => Unit): Unit = {
    val sending = sender.submit(new Callable[Unit] {
      override def call(): Unit = {
        eachPacket(sent, count) { (from, n) =>
          Ring.rewind(outgoing)
          give(from, n)
          output.write(outBytes, 0, 4 * n)
        }
        output.flush()
      }
    })
    eachPacket(received, count) { (from, n) =>
      input.readFully(inBytes, 0, 4 * n)
      Ring.rewind(incoming)
      take(from, n)
    }
    await(sending)
  }

  /** First index and length of each packet of a rank's part. */
  private def eachPacket(rank: Int, count: Int)(body: (Int, Int) => Unit): Unit = {
    val (from, until) = Exchange.part(rank, size, count)
    var at = from
    while (at < until) {
      val n = math.min(Ring.PacketLength, until - at)
      body(at, n)
      at += n
    }
  }

  override def close(): Unit = {
    sender.shutdownNow()
    server.close() // first, so that no more sockets come
    sockets.asScala.foreach(_.close())
  }
}

private[gan] object Ring {
  /** Values in a packet: small enough that all copies of it stay in a core's cache. */
  private val PacketLength = 1 << 14

  /** For the secret of whoever connects: a stray connection must not keep the neighbour out. */
  private val HandshakeMillis = 5 * 1000

  private def floats(bytes: Array[Byte]): FloatBuffer =
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()

  private def rewind(buffer: Buffer): Unit = buffer.clear() // of Buffer: Java 8 knows no other

  private def add(from: Array[Float], to: Array[Float], first: Int, count: Int): Unit = {
    var i = 0
    while (i < count) {
      to(first + i) += from(i)
      i += 1
    }
  }
}
