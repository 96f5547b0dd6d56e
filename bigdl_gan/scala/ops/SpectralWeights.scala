package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory
import com.intel.analytics.bigdl.dllib.gan.network.Site

/**
 * A kernel divided by its largest singular value, s = u' W v; what follows the kernel stays.
 *
 * In training, each new kernel takes one power iteration, u = W v / |W v|, then v = W' u / |W' u|,
 * from the last u and v; only the first kernel comes with its own, if there are any. They are the
 * layer's state, and constants for the gradient, (G - <G, W> / s u v') / s. All sums are in a fixed order and in double precision.
 *
 * @param site  of the layer, with its own weights
 * @param shape (A, R, B): the kernel's tensor, as a matrix of R rows and A x B columns
 * @param iterations in training, for each new kernel
 */
private[gan] final class SpectralWeights(site: Site, shape: (Int, Int, Int), iterations: Int)
  extends WeightMap {
  import site.{memory, node, settings}

  private val unsafe = NativeMemory.unsafe
  private val (outer, rows, inner) = shape
  private val columns = outer * inner
  private val kernelCount = rows * columns
  private val kernel = new Array[Float](kernelCount) // the latest, in the tensor's order
  private val slope = new Array[Float](kernelCount)
  private val (u, v) = (new Array[Double](rows), new Array[Double](columns))
  private val partial = new Array[Double](rows)
  private var sigma = 1.0
  private var isFirst = true

  override val count: Int = node.weightCount

  override def apply(weights: Long, to: Long): Unit = {
    NativeMemory.read(weights, kernel, 0, kernelCount)
    readState()
    if (isZero(u)) {
      startFromLargestRow()
      (1 to SpectralWeights.FirstIterations).foreach(_ => iterate())
      if (settings.training) writeState()
    } else if (settings.training && !isFirst) {
      (1 to iterations).foreach(_ => iterate())
      writeState()
    }
    isFirst = false
    // u and v as they are saved, so that a training that resumes computes the same
    if (settings.training) readState()
    multiply(kernel, partial)
    val found = dot(u, partial)
    sigma = if (found == 0) 1.0 else found // a kernel of zeros stays so
    scale(to)
    NativeMemory.copy(weights + 4L * kernelCount, to + 4L * kernelCount, count - kernelCount)
  }

  private def readState(): Unit = {
    val at = node.stateOffset
    u.indices.foreach(i => u(i) = memory.state(at + i))
    v.indices.foreach(i => v(i) = memory.state(at + rows + i))
  }

  private def writeState(): Unit = {
    val at = node.stateOffset
    u.indices.foreach(i => memory.state(at + i) = u(i).toFloat)
    v.indices.foreach(i => memory.state(at + rows + i) = v(i).toFloat)
  }

  private def iterate(): Unit = {
    multiply(kernel, u)
    normalise(u)
    multiplyTransposed()
    normalise(v)
  }

  /** A start that depends on the kernel alone; W v is not 0 unless the kernel is. */
  private def startFromLargestRow(): Unit = {
    def square(row: Int): Double = {
      var sum = 0.0
      var column = 0
      while (column < columns) {
        val w = kernel(at(row, column)).toDouble
        sum += w * w
        column += 1
      }
      sum
    }
    val largest = (0 until rows).maxBy(square)
    v.indices.foreach(column => v(column) = kernel(at(largest, column)))
    normalise(v)
  }

  private def at(row: Int, column: Int): Int =
    (column / inner * rows + row) * inner + column % inner

  /** W v, for the matrix W that a tensor holds. */
  private def multiply(tensor: Array[Float], to: Array[Double]): Unit =
    settings.parallel.range(rows) { row =>
      var sum = 0.0
      var a = 0
      while (a < outer) {
        val from = (a * rows + row) * inner
        val other = a * inner
        var b = 0
        while (b < inner) {
          sum += tensor(from + b) * v(other + b)
          b += 1
        }
        a += 1
      }
      to(row) = sum
    }

  /** v = W' u */
  private def multiplyTransposed(): Unit = {
    val piece = math.min(inner, SpectralWeights.Piece)
    val pieces = (inner + piece - 1) / piece
    settings.parallel.range(outer * pieces) { i =>
      val (a, first) = (i / pieces, i % pieces * piece)
      val end = math.min(inner, first + piece)
      java.util.Arrays.fill(v, a * inner + first, a * inner + end, 0.0)
      var row = 0
      while (row < rows) {
        val from = (a * rows + row) * inner
        val other = a * inner
        val factor = u(row)
        var b = first
        while (b < end) {
          v(other + b) += factor * kernel(from + b)
          b += 1
        }
        row += 1
      }
    }
  }

  private def normalise(vector: Array[Double]): Unit = {
    val norm = math.max(math.sqrt(dot(vector, vector)), SpectralWeights.Tiny)
    vector.indices.foreach(vector(_) /= norm)
  }

  private def dot(a: Array[Double], b: Array[Double]): Double = {
    var sum = 0.0
    var i = 0
    while (i < a.length) {
      sum += a(i) * b(i)
      i += 1
    }
    sum
  }

  private def isZero(vector: Array[Double]): Boolean = vector.forall(_ == 0)

  private def scale(to: Long): Unit = {
    val factor = (1 / sigma).toFloat
    settings.parallel.range(outer * rows) { row =>
      var i = row * inner
      val end = i + inner
      while (i < end) {
        unsafe.putFloat(to + 4L * i, kernel(i) * factor)
        i += 1
      }
    }
  }

  override def gradient(of: Long, to: Long): Unit = {
    NativeMemory.read(of, slope, 0, kernelCount)
    val product = inProduct(slope, kernel) / sigma
    settings.parallel.range(outer * rows) { i =>
      val from = i * inner
      val other = i / rows * inner
      val factor = product * u(i % rows)
      var b = 0
      while (b < inner) {
        val g = (slope(from + b) - factor * v(other + b)) / sigma
        unsafe.putFloat(to + 4L * (from + b), g.toFloat)
        b += 1
      }
    }
    NativeMemory.copy(of + 4L * kernelCount, to + 4L * kernelCount, count - kernelCount)
  }

  private def inProduct(a: Array[Float], b: Array[Float]): Double = {
    settings.parallel.range(rows) { row =>
      val first = row * columns
      var sum = 0.0
      var i = first
      while (i < first + columns) {
        sum += a(i).toDouble * b(i)
        i += 1
      }
      partial(row) = sum
    }
    partial.sum
  }
}

private[gan] object SpectralWeights {
  private val Tiny = 1e-12
  private val Piece = 1 << 9 // columns that a thread takes at once

  /** For a kernel without state, which its first training and generation before it meet. */
  val FirstIterations = 15
}
