package com.intel.analytics.bigdl.dllib.gan.ops.tiled

import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, NativeMemory, Padding}
import com.intel.analytics.bigdl.dllib.gan.native.{Pass, PixelMajor, Role, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.Site

/**
 * A 4x4 convolution of stride 2 as nine matrix products; see `Tiles`.
 *
 * @param source (C, H, W) that the convolution reads
 * @param output (O, H / 2, W / 2) that it writes
 */
private[gan] final class TiledConvolution(site: Site, source: Array[Int], output: Array[Int]) {
  import site.{context, settings}

  private val groups = settings.groups
  private val samples = site.batch / groups
  val tiles = new Tiles(source, output, samples, context, settings.parallel)
  private val product = context.convolution(Array(4 * source(0), tiles.count, samples),
    Array(output(0), tiles.count, samples), Window.Pointwise, bias = false)
  val weightDims: Array[Int] = Array(output(0), source(0), 4, 4)
  private val weights = new TiledWeights(context, site.kernel, settings.parallel)
  private lazy val weightGradient = new TiledGradient(context,
    weightDims, settings.parallel)

  /** Sums of source pixels; `outputPlanes` are the products that make output pixels. */
  def sourcePlanes(memory: Long => Long): Planes =
    new Planes(context, groups, 4 * source(0), tiles.count, samples, memory)
  def outputPlanes(memory: Long => Long): Planes =
    new Planes(context, groups, output(0), tiles.count, samples, memory)

  def weightsChanged(): Unit = weights.refresh()

  def groupsOf(rows: Rows): (Int, Int) = (rows.first / samples, rows.count / samples)

  def forward(pass: Pass, from: Planes, to: Planes, rows: Rows): Unit = {
    val (first, count) = groupsOf(rows)
    val operation = product.forward(count)
    eachPlane(k => pass.native(operation.on(Role.Source -> from.blob(k, first, count),
      Role.Weights -> weights.forward(k), Role.Output -> to.blob(k, first, count))))
  }

  def backwardData(pass: Pass, from: Planes, to: Planes, rows: Rows): Unit = {
    val (first, count) = groupsOf(rows)
    val operation = product.data(count)
    eachPlane(k => pass.native(operation.on(Role.OutputGradient -> from.blob(k, first, count),
      Role.Weights -> weights.backward(k), Role.SourceGradient -> to.blob(k, first, count))))
  }

  def backwardWeights(pass: Pass, sources: Planes, gradients: Planes, rows: Rows,
    extra: Boolean): Unit = {
    val (first, count) = groupsOf(rows)
    val operation = product.weights(count)
    eachPlane(k => pass.native(operation.on(Role.Source -> sources.blob(k, first, count),
      Role.OutputGradient -> gradients.blob(k, first, count),
      Role.WeightsGradient -> weightGradient.plane(k))))
    weightGradient.store(pass, site.kernelGradient(extra))
  }

  private def eachPlane(body: Int => Unit): Unit = (0 until Planes.Count).foreach(body)
}

private[gan] object TiledConvolution {
  private val Kernel = (4, 4)
  private val Stride = (2, 2)
  private val Around = Padding(1, 1, 1, 1)

  /** With fewer channels, there are too few multiplications to repay the transforms. */
  private val MinChannels = 128

  /**
   * With fewer samples the products are too narrow. An update of DCGANs of 64x64 and width 64 took,
   * on two cores with 1, 4, 8, 12, 16, 24 samples, 31, 44, 55, 73, 87, 121 ms in tiles, and 13, 30,
   * 48, 68, 89, 129 ms without.
   */
  private val MinSamples = 16

  /** Whether a convolution from `source` to `output` can run in tiles, and is faster. */
  def suits(context: DnnContext, window: Window, source: Array[Int], output: Array[Int],
    groups: Int, samples: Int): Boolean =
    samples >= MinSamples && planesFit(source, output, groups * samples) &&
      window == Window(Kernel, Stride, Around) && source(1) == 2 * output(1) &&
      source(2) == 2 * output(2) && Seq(source(0), output(0)).forall(channels =>
        channels >= MinChannels && channels % PixelMajor.Block == 0) && context.hasWideBlocks

  /** Whether the sums, 2.25 times as many as the pixels, fit one allocation. */
  private def planesFit(source: Array[Int], output: Array[Int], batch: Int): Boolean = {
    val (rows, columns) = Tiles.grid(output)
    Seq(4 * source(0), output(0)).forall(channels =>
      NativeMemory.fits(4L * Planes.Count * channels * batch * rows * columns))
  }
}
