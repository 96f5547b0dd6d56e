package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.model.{Padding, Window}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{Pass, PixelMajor, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.ops.{Convolver, Site, WeightLayouts}
import com.intel.analytics.bigdl.mkl.Memory

/**
 * One 4x4 convolution of stride 2 as nine matrix products, after `Tiles`.
 *
 * @param source (C, H, W) of the convolution
 * @param output (O, H / 2, W / 2)
 */
private[gan] final class TiledConvolution(site: Site, source: Array[Int], output: Array[Int]) {
  import site.{context, settings}

  private val groups = settings.groups
  private val samples = site.batch / groups
  val tiles = new Tiles(source, output, samples, context, settings.parallel)
  private val product = new Convolver(context, Array(4 * source(0), tiles.count, samples),
    Array(output(0), tiles.count, samples), TiledConvolution.Pointwise, bias = false)
  val weightDims: Array[Int] = Array(output(0), source(0), 4, 4)
  private val weights =
    new TiledWeights(context, site.weights(weightDims, Memory.Format.oihw), settings.parallel)
  private lazy val weightGradient = new TiledGradient(context,
    site.gradients(weightDims, Memory.Format.oihw), settings.parallel)

  /** Sums of source pixels, and the products that belong to output pixels. */
  def sourcePlanes(memory: Long => Long): Planes =
    new Planes(context, groups, 4 * source(0), tiles.count, samples, memory)
  def outputPlanes(memory: Long => Long): Planes =
    new Planes(context, groups, output(0), tiles.count, samples, memory)

  def weightsChanged(): Unit = weights.refresh()

  def groupsOf(rows: Rows): (Int, Int) = (rows.first / samples, rows.count / samples)

  def forward(pass: Pass, from: Planes, to: Planes, rows: Rows): Unit = {
    val (first, count) = groupsOf(rows)
    val pd = product.forward(count)
    eachPlane(k => pass.native(context.primitive(pd,
      Seq(from.blob(k, first, count), weights.forward(k)), Seq(to.blob(k, first, count)))))
  }

  def backwardData(pass: Pass, from: Planes, to: Planes, rows: Rows): Unit = {
    val (first, count) = groupsOf(rows)
    val pd = product.backwardData(count)
    eachPlane(k => pass.native(context.primitive(pd,
      Seq(from.blob(k, first, count), weights.backward(k)), Seq(to.blob(k, first, count)))))
  }

  def backwardWeights(pass: Pass, sources: Planes, gradients: Planes, rows: Rows): Unit = {
    val (first, count) = groupsOf(rows)
    val pd = product.backwardWeights(count)
    eachPlane(k => pass.native(context.primitive(pd,
      Seq(sources.blob(k, first, count), gradients.blob(k, first, count)),
      Seq(weightGradient.plane(k)))))
    weightGradient.store(pass)
  }

  private def eachPlane(body: Int => Unit): Unit = (0 until Planes.Count).foreach(body)
}

private[gan] object TiledConvolution {
  private val Kernel = (4, 4)
  private val Stride = (2, 2)
  private val Around = Padding(1, 1, 1, 1)
  val Pointwise = Window((1, 1), (1, 1), Padding(0, 0, 0, 0))

  /** With fewer channels there is too little to multiply for what the transforms cost. */
  private val MinChannels = 128

  /**
   * With fewer samples the products are too narrow: an update of DCGANs of 64x64 and width 64, on
   * two cores, took 31, 44, 55, 73, 87, 121 ms in tiles with 1, 4, 8, 12, 16, 24 samples, and 13,
   * 30, 48, 68, 89, 129 ms without.
   */
  private val MinSamples = 16

  /** Whether a convolution from `source` to `output` may run, and is faster, in tiles. */
  def suits(context: DnnContext, window: Window, source: Array[Int], output: Array[Int],
    groups: Int, samples: Int): Boolean =
    samples >= MinSamples && planesFit(source, output, groups * samples) &&
      window == Window(Kernel, Stride, Around) && source(1) == 2 * output(1) &&
      source(2) == 2 * output(2) && Seq(source(0), output(0)).forall(channels =>
        channels >= MinChannels && channels % PixelMajor.Block == 0) && context.hasWideBlocks

  /** Whether the sums, 2.25 times as many as the pixels, fit one piece of memory. */
  private def planesFit(source: Array[Int], output: Array[Int], batch: Int): Boolean = {
    val (rows, columns) = Tiles.grid(output)
    Seq(4 * source(0), output(0)).forall(channels =>
      NativeMemory.fits(4L * Planes.Count * channels * batch * rows * columns))
  }
}

/** The weights (O, C, 4, 4) of a tiled convolution as nine matrices (O, 4 C). */
private[gan] final class TiledWeights(context: DnnContext, plain: Blob, parallel: Workers) {
  private val Array(outputs, channels, _, _) = plain.dims
  private val blocked = new WeightLayouts(context, plain)
  private lazy val forwards = new Copy(Memory.Format.OIhw16i16o)
  private lazy val backwards = new Copy(Memory.Format.IOhw16o16i)
  private val used = scala.collection.mutable.ArrayBuffer[Copy]()

  def forward(plane: Int): Blob = forwards.planes(plane)
  def backward(plane: Int): Blob = backwards.planes(plane)

  def refresh(): Unit = {
    blocked.refresh()
    used.foreach(_.transform())
  }

  private final class Copy(format: Int) {
    private val source = blocked.in(context.layout(plain.dims, format))
    private val squares = new TiledSquares(context, outputs, channels, format)
    val planes: IndexedSeq[Blob] = squares.planes
    transform()
    used += this

    def transform(): Unit = squares.each(parallel) { (at, square, matrix) =>
      def g(row: Int, column: Int): Long = squares.weight(source.pointer, square, row, column)
      Square.toPlanes(g(0, 0), g(0, 1), g(1, 0), g(1, 1), at, matrix, -1f, TiledSquares.Run)
    }
  }
}

/** The gradient of the nine matrices, and from it that of the weights (O, C, 4, 4). */
private[gan] final class TiledGradient(context: DnnContext, plain: Blob, parallel: Workers) {
  private val squares =
    new TiledSquares(context, plain.dims(0), plain.dims(1), Memory.Format.OIhw16i16o)
  private val blocked = context.blob(plain.dims, Memory.Format.OIhw16i16o)

  def plane(index: Int): Blob = squares.planes(index)

  def store(pass: Pass): Unit = {
    pass.jvm(() => squares.each(parallel) { (at, square, matrix) =>
      Square.fromPlanes(at, matrix, -1f, TiledSquares.Run)
      for (row <- 0 to 1; column <- 0 to 1) {
        Square.write(at, matrix, -1f, TiledSquares.Run, row, column,
          squares.weight(blocked.pointer, square, row, column))
      }
    })
    pass.native(context.reorder(blocked, plain))
  }
}

/**
 * Nine matrices (O, 4 C) in blocks of 16 by 16, and where the 2x2 squares of each phase of a 4x4
 * kernel in the same blocks lie.
 */
private[gan] final class TiledSquares(context: DnnContext, outputs: Int, channels: Int,
  format: Int) {
  import TiledSquares.Run

  private val (outputBlocks, blocks) = (outputs / PixelMajor.Block, channels / PixelMajor.Block)
  private val size = 4L * outputs * 4 * channels
  private val begin = context.allocate(Planes.Count * size)
  val planes: IndexedSeq[Blob] = (0 until Planes.Count).map(k =>
    context.blobAt(Array(outputs, 4 * channels, 1, 1), format, begin + size * k))

  /** Calls `body(cursor, square, block of the matrix)` for each square of blocks. */
  def each(parallel: Workers)(body: (PlaneCursor, Int, Int) => Unit): Unit = {
    val at = new PlaneCursor(begin, size, 4L * Run)
    parallel.range(outputBlocks) { output =>
      for (phase <- 0 until 4; block <- 0 until blocks) {
        val (weights, column) = (if (outputsFirst) (output * blocks + block) else
          (block * outputBlocks + output), phase * blocks + block)
        val matrix =
          if (outputsFirst) output * 4 * blocks + column else column * outputBlocks + output
        body(at, weights * 4 + phase, matrix)
      }
    }
  }

  private def outputsFirst: Boolean = format == Memory.Format.OIhw16i16o

  /** Where one weight of a square lies in a kernel (O, C, 4, 4) of this format. */
  def weight(kernel: Long, square: Int, row: Int, column: Int): Long = {
    val (block, phaseY, phaseX) = (square / 4, square % 4 / 2, square % 2)
    kernel + 4L * Run * (block * 16L + (2 * row + phaseY) * 4 + 2 * column + phaseX)
  }
}

private[gan] object TiledSquares {
  val Run: Int = PixelMajor.Block * PixelMajor.Block
}
