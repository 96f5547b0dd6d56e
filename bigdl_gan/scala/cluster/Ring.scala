package com.intel.analytics.bigdl.dllib.gan.cluster

import java.io.IOException
import java.net.Socket
import java.nio.{Buffer, ByteBuffer, ByteOrder, FloatBuffer}
import java.util.concurrent.{Callable, ExecutionException, Future, TimeUnit, TimeoutException}

import com.intel.analytics.bigdl.dllib.gan.native.Workers

/**
 * All-reduce around a ring of executors, over sockets between neighbours.
 *
 * Each of n replicas sends 2 (n - 1) / n of a vector, and sums are always taken in the same order.
 * Source: Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of
 * workstations", JPDC 2009.
 *
 * A replica waits for a slow neighbour: Spark's heartbeats decide which executor is lost. When a
 * neighbour's process ends, its connections close, so the replica notices at once. Missing pulses
 * show that the network is cut between two executors that both reach the driver.
 *
 * @param secret shared by the replicas of one training; travels only inside Spark's tasks
 */
private[gan] final class Ring(override val rank: Int, override val size: Int, secret: Array[Byte],
  settings: RingSettings) extends Exchange {
  private val handshake = new Handshake(secret, settings.encrypted)
  private val (previous, next) = ((rank + size - 1) % size, (rank + 1) % size)
  @volatile private var isClosed = false
  @volatile private var incoming: Option[PacketReceiver] = None
  @volatile private var outgoing: Option[PacketSender] = None
  private val sender = Workers.pool(1, s"bigdl-gan-ring-$rank")
  private val pulse = Workers.pool(1, s"bigdl-gan-ring-$rank-pulse")
  private val outBytes, inBytes = new Array[Byte](4 * Ring.PacketLength)
  private val (outFloats, inFloats) = (Ring.floats(outBytes), Ring.floats(inBytes))
  private val arrivals = new Array[Float](Ring.PacketLength)
  private var stopped: () => Boolean = () => false
  private var heard = 0L // the last sign of life, or when this replica began to wait for one
  private val listener = new Listener(settings, s"bigdl-gan-ring-$rank-listener")(greet)

  val port: Int = listener.port

  private def greet(socket: Socket, deadline: Deadline): Unit =
    handshake.accept(socket, previous, rank, deadline) { key =>
      synchronized {
        if (isClosed) throw new IOException("the training has ended")
        val before = incoming // if this is a second attempt to meet
        incoming = Some(new PacketReceiver(socket, encrypting(key)))
        listener.keep(socket)
        before.foreach(_.close())
        if (before.isEmpty) pulse.execute(new Runnable { override def run(): Unit = beat() })
      }
    }

  private def encrypting(key: Array[Byte]): Option[Array[Byte]] =
    if (settings.encrypted) Some(key) else None

  /**
   * Connects to the next replica, whose own task need not run. Throws an IOException if it cannot
   * be reached, with what was tried and why it failed.
   */
  def meet(host: String, port: Int): Unit = {
    val neighbour = Reach.connect(host, port, settings.connectMillis) { (socket, deadline) =>
      new PacketSender(socket, encrypting(handshake.connect(socket, rank, next, deadline)))
    }
    synchronized {
      outgoing.foreach(_.close())
      outgoing = Some(neighbour)
      if (isClosed) neighbour.close()
    }
  }

  override def begin(stopped: () => Boolean): Unit = {
    this.stopped = stopped
    if (incoming.isEmpty || outgoing.isEmpty) {
      throw new NeighbourLost("This replica has not met its neighbours.")
    }
    listener.close()
  }

  /** Shows the previous replica, which may be waiting, that this one lives; also between chunks. */
  private def beat(): Unit = try while (!isClosed) {
    try incoming.foreach(_.pulse()) catch { case _: IOException => } // the next packet finds it
    Thread.sleep(settings.pulseMillis)
  } catch { case _: InterruptedException => }

  /** Called each second while this replica waits for a neighbour. */
  private def waiting(): Unit = {
    if (stopped()) throw new InterruptedException("Spark ended this task.")
    val (now, neighbour) = (System.nanoTime(), outgoing.get)
    if (Ring.naming(neighbour.address)(neighbour.hasPulse)) heard = now
    else if (now - heard > settings.silenceMillis * 1000000L) {
      throw new NeighbourLost(s"nothing was heard from ${neighbour.address} for " +
        s"${settings.silenceMillis / 1000} s, though Spark has not declared its executor lost")
    }
  }

  private def await(future: Future[Unit]): Unit = {
    var isDone = false
    while (!isDone) {
      try {
        future.get(PacketConnection.SliceMillis.toLong, TimeUnit.MILLISECONDS)
        isDone = true
      } catch {
        case failure: ExecutionException => throw failure.getCause
        case _: TimeoutException => waiting()
      }
    }
  }

  override def reduceScatter(values: Array[Float], count: Int)(read: (Int, Int) => Unit): Unit = {
    // Rank r's part starts at its right neighbour and arrives at r after size - 1 steps.
    for (step <- 0 until size - 1) {
      val sent = Math.floorMod(rank - step - 1, size)
      val received = Math.floorMod(rank - step - 2, size)
      val isOwn = step == 0
      swap(count, sent, received) { (from, n) =>
        if (isOwn) read(from, n)
        outFloats.put(values, from, n)
      } { (from, n) =>
        read(from, n)
        inFloats.get(arrivals, 0, n)
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
      swap(count, sent, received)((from, n) => outFloats.put(values, from, n)) { (from, n) =>
        inFloats.get(values, from, n)
        arrived(from, n)
      }
    }

  /**
   * Sends one rank's part to the right while another's comes in from the left.
   *
   * @param give puts values into `outFloats`; called with the first index and the number of values
   * @param take uses the values in `inFloats`; called with the first index and the number of values
   */
  private def swap(count: Int, sent: Int, received: Int)(give: (Int, Int) => Unit)
    (take: (Int, Int) => Unit): Unit = {
    val (to, from) = (outgoing.get, incoming.get)
    heard = System.nanoTime()
    val sending = sender.submit(new Callable[Unit] {
      override def call(): Unit = eachPacket(sent, count) { (at, n) =>
        Ring.rewind(outFloats)
        give(at, n)
        Ring.naming(to.address)(to.send(outBytes, 4 * n))
      }
    })
    try {
      eachPacket(received, count) { (at, n) =>
        Ring.naming(from.address)(from.receive(inBytes, 4 * n)(waiting _))
        Ring.rewind(inFloats)
        take(at, n)
      }
      await(sending)
    } catch {
      case failure: Throwable =>
        to.close()
        Ring.ended(sending) // it reads memory that may be freed next
        throw failure
    }
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
    synchronized {
      isClosed = true
      incoming.foreach(_.close())
      outgoing.foreach(_.close())
    }
    listener.close()
    sender.shutdown() // a pending send fails by itself
    pulse.shutdownNow()
  }
}

/** The connection with another replica broke. */
private[gan] final class NeighbourLost(message: String) extends IOException(message)

private[gan] object Ring {
  /** Values in a packet: small enough that all copies of it stay in a core's cache. */
  private val PacketLength = 1 << 14

  private def naming[A](address: String)(body: => A): A = try body catch {
    case lost: NeighbourLost => throw lost
    case failure: IOException => throw new NeighbourLost(s"$address: ${failure.getMessage}")
  }

  private def ended(future: Future[Unit]): Unit = try future.get() catch { case _: ExecutionException => }

  private def floats(bytes: Array[Byte]): FloatBuffer =
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()

  private def rewind(buffer: Buffer): Unit = buffer.clear() // Java 8 has clear() only there

  private def add(from: Array[Float], to: Array[Float], first: Int, count: Int): Unit = {
    var i = 0
    while (i < count) {
      to(first + i) += from(i)
      i += 1
    }
  }
}
