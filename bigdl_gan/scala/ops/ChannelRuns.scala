package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.Site

/**
 * Loops over the channels of an operation's tensors (N, C, H, W) or (N, F), in any layout.
 *
 * Each layout is [unit][pixel][lane]; a lane is one channel of one sample:
 * {{{
 *   plain        a unit is (sample, channel), with one lane
 *   nChw16c      a unit is (sample, channel / 16), with 16 lanes
 *   pixel-major  a unit is (group, channel / 16), with 16 lanes for each sample of the group
 * }}}
 * A vector of coefficients has a value for each [unit][lane], at `index`.
 */
private[gan] final class ChannelRuns(site: Site, blob: Blob) {
  private val parallel = site.settings.parallel
  private val unsafe = NativeMemory.unsafe
  private val channels = site.input.shape(0)
  private val samples = blob.samples
  private val block = blob.channelBlock
  private val lanes = block * samples
  private val unitsInEntry = (channels + block - 1) / block

  /** Of one channel. */
  val pixels: Int = site.input.shape.drop(1).product

  /** Of a vector of coefficients. */
  val length: Int = blob.dims(0) * unitsInEntry * lanes

  private val unitBytes = 4L * pixels * lanes
  private val unitsAtOnce = math.max(1, ChannelRuns.Piece / (pixels * lanes))

  def index(sample: Int, channel: Int): Int =
    (sample / samples * unitsInEntry + channel / block) * lanes + sample % samples * block +
      channel % block

  /** Calls `body` with each unit of some samples, on all threads. */
  private def each(rows: Rows)(body: Int => Unit): Unit = {
    val first = rows.first / samples * unitsInEntry
    val count = rows.count / samples * unitsInEntry
    parallel.range((count + unitsAtOnce - 1) / unitsAtOnce) { piece =>
      var unit = piece * unitsAtOnce
      val end = math.min(count, unit + unitsAtOnce)
      while (unit < end) {
        body(first + unit)
        unit += 1
      }
    }
  }

  /** The sums over a channel's pixels, of `x` and of `x * y`. */
  def sums(rows: Rows, x: Blob, y: Blob, ofX: Array[Double], ofXY: Array[Double]): Unit =
    each(rows) { unit =>
      val from = x.pointer + unit * unitBytes
      val other = y.pointer + unit * unitBytes
      if (lanes == 1) sumRun(from, other, unit, ofX, ofXY)
      else sumLanes(from, other, unit * lanes, ofX, ofXY)
    }

  private def sumRun(x: Long, y: Long, at: Int, ofX: Array[Double], ofXY: Array[Double]): Unit = {
    var sum = 0.0
    var product = 0.0
    var offset = 0L
    while (offset < unitBytes) {
      val value = unsafe.getFloat(x + offset).toDouble
      sum += value
      product += value * unsafe.getFloat(y + offset)
      offset += 4
    }
    ofX(at) = sum
    ofXY(at) = product
  }

  private def sumLanes(x: Long, y: Long, at: Int, ofX: Array[Double], ofXY: Array[Double]): Unit = {
    java.util.Arrays.fill(ofX, at, at + lanes, 0.0)
    java.util.Arrays.fill(ofXY, at, at + lanes, 0.0)
    var offset = 0L
    while (offset < unitBytes) {
      var lane = 0
      while (lane < lanes) {
        val value = unsafe.getFloat(x + offset + 4L * lane).toDouble
        ofX(at + lane) += value
        ofXY(at + lane) += value * unsafe.getFloat(y + offset + 4L * lane)
        lane += 1
      }
      offset += 4L * lanes
    }
  }

  /** to = a x + c, with a and c for each channel of each sample. */
  def scale(rows: Rows, x: Blob, to: Blob, a: Array[Float], c: Array[Float]): Unit =
    each(rows) { unit =>
      val from = x.pointer + unit * unitBytes
      val target = to.pointer + unit * unitBytes
      var offset = 0L
      while (offset < unitBytes) {
        var lane = 0
        while (lane < lanes) {
          val at = offset + 4L * lane
          val i = unit * lanes + lane
          unsafe.putFloat(target + at, a(i) * unsafe.getFloat(from + at) + c(i))
          lane += 1
        }
        offset += 4L * lanes
      }
    }

  /** to = a x + b y + c, with a, b and c for each channel of each sample. */
  def combine(rows: Rows, x: Blob, y: Blob, to: Blob, a: Array[Float], b: Array[Float],
    c: Array[Float]): Unit = each(rows) { unit =>
    val from = x.pointer + unit * unitBytes
    val other = y.pointer + unit * unitBytes
    val target = to.pointer + unit * unitBytes
    var offset = 0L
    while (offset < unitBytes) {
      var lane = 0
      while (lane < lanes) {
        val at = offset + 4L * lane
        val i = unit * lanes + lane
        unsafe.putFloat(target + at,
          a(i) * unsafe.getFloat(from + at) + b(i) * unsafe.getFloat(other + at) + c(i))
        lane += 1
      }
      offset += 4L * lanes
    }
  }

  /** to += a x + b y + c z + d, with a, b, c and d for each channel of each sample. */
  def add(rows: Rows, x: Blob, y: Blob, z: Blob, to: Blob, a: Array[Float], b: Array[Float],
    c: Array[Float], d: Array[Float]): Unit = each(rows) { unit =>
    val first = unit * unitBytes
    var offset = 0L
    while (offset < unitBytes) {
      var lane = 0
      while (lane < lanes) {
        val at = first + offset + 4L * lane
        val i = unit * lanes + lane
        unsafe.putFloat(to.pointer + at, unsafe.getFloat(to.pointer + at) +
          a(i) * unsafe.getFloat(x.pointer + at) + b(i) * unsafe.getFloat(y.pointer + at) +
          c(i) * unsafe.getFloat(z.pointer + at) + d(i))
        lane += 1
      }
      offset += 4L * lanes
    }
  }

  /** Calls `body(offset in bytes, pixel)` for each value of a sample. */
  def eachValue(sample: Int)(body: (Long, Int) => Unit): Unit = {
    val first = sample / samples * unitsInEntry
    val lane = sample % samples * block
    var unit = 0
    while (unit < unitsInEntry) {
      val end = math.min(block, channels - unit * block)
      var pixel = 0
      while (pixel < pixels) {
        val at = (first + unit) * unitBytes + 4L * (pixel.toLong * lanes + lane)
        var channel = 0
        while (channel < end) {
          body(at + 4L * channel, pixel)
          channel += 1
        }
        pixel += 1
      }
      unit += 1
    }
  }
}

private[gan] object ChannelRuns {
  private val Piece = 1 << 14 // values that a thread takes at once
}
