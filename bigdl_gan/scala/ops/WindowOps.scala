package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.model.{ConvolutionSpec, DeconvolutionSpec, Window}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, End, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.mkl.{AlgKind, Memory, MklDnn, PropKind}

/**
 * MKL-DNN's three primitives of one convolution, for any number of samples.
 *
 * @param source  (C, H, W) that the convolution reads
 * @param output  (C, H, W) that it writes
 * @param weights plain (output channels, source channels, height, width)
 */
private[gan] final class Convolver(context: DnnContext, source: Array[Int], output: Array[Int],
  window: Window, bias: Boolean) {
  private val any = Memory.Format.any
  private val strides = Array(window.stride._1, window.stride._2)
  private val dilation = Array(0, 0)
  private val padBegin = Array(window.padding.top, window.padding.left)
  private val padEnd = Array(window.padding.bottom, window.padding.right)
  private val zeroPadding = MklDnn.PaddingKind.mkldnnPaddingZero
  val weightDims: Array[Int] = Array(output(0), source(0), window.kernel._1, window.kernel._2)
  private val biasDesc =
    if (bias) context.memoryDesc(Array(output(0)), Memory.Format.x) else 0L
  private val forwards = scala.collection.mutable.Map[Int, Long]()

  private def desc(count: Int, shape: Array[Int], format: Int): Long =
    context.memoryDesc(count +: shape, format)

  private def weightDesc: Long = context.memoryDesc(weightDims, any)

  def forward(count: Int): Long = forwards.getOrElseUpdate(count, context.primitiveDesc(
    context.descriptor(MklDnn.DilatedConvForwardDescInit(PropKind.ForwardTraining,
      AlgKind.ConvolutionDirect, desc(count, source, any), weightDesc, biasDesc,
      desc(count, output, any), strides, dilation, padBegin, padEnd, zeroPadding))))

  // MKL-DNN 0.19's kernels for blocked layouts put noise where a stride steps over pixels that no
  // window covers; its kernels for plain layouts write zeros there.
  private val dataFormat =
    if (window.kernel._1 < strides(0) || window.kernel._2 < strides(1)) Memory.Format.nchw else any

  def backwardData(count: Int): Long = context.primitiveDesc(
    context.descriptor(MklDnn.DilatedConvBackwardDataDescInit(AlgKind.ConvolutionDirect,
      desc(count, source, dataFormat), weightDesc, desc(count, output, dataFormat), strides,
      dilation, padBegin, padEnd, zeroPadding)), forward(count))

  def backwardWeights(count: Int): Long = context.primitiveDesc(
    context.descriptor(MklDnn.DilatedConvBackwardWeightsDescInit(AlgKind.ConvolutionDirect,
      desc(count, source, any), weightDesc, biasDesc, desc(count, output, any), strides, dilation,
      padBegin, padEnd, zeroPadding)), forward(count))
}

private[gan] final class ConvolutionOp(site: Site, spec: ConvolutionSpec) extends Op {
  import site.{context, input, node, output}

  private val conv =
    new Convolver(context, input.shape, output.shape, spec.window, spec.bias)
  private val kernelCount = conv.weightDims.product
  private val weights =
    new WeightLayouts(context, site.weights(conv.weightDims, Memory.Format.oihw))
  private val weightGradient = site.gradients(conv.weightDims, Memory.Format.oihw)
  private val biasDims = Array(node.shape(0))
  private lazy val bias = Seq(site.weights(biasDims, Memory.Format.x, kernelCount))
  private lazy val biasGradient = Seq(site.gradients(biasDims, Memory.Format.x, kernelCount))

  output.setLayout(context.query(conv.forward(output.batch), End.Output))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val pd = conv.forward(rows.count)
    val source = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.Source))
    val kernel = weights.in(context.query(pd, End.Weights))
    site.into(pass, context.query(pd, End.Output), output.data.rows(rows)) { target =>
      pass.native(context.primitive(pd, Seq(source, kernel) ++ (if (spec.bias) bias else Nil),
        Seq(target)))
    }
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val gradient = output.gradient.rows(rows)
    if (needs.weights) {
      val pd = conv.backwardWeights(rows.count)
      val source = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.Source))
      val top = site.inLayout(pass, gradient, context.query(pd, End.OutputGradient))
      site.into(pass, context.query(pd, End.WeightsGradient), weightGradient) { target =>
        pass.native(context.primitive(pd, Seq(source, top),
          target +: (if (spec.bias) biasGradient else Nil)))
      }
    }
    if (needs.data) {
      val pd = conv.backwardData(rows.count)
      val top = site.inLayout(pass, gradient, context.query(pd, End.OutputGradient))
      val kernel = weights.in(context.query(pd, End.Weights))
      val bottom = site.inputGradient().rows(rows)
      site.into(pass, context.query(pd, End.SourceGradient), bottom) { target =>
        pass.native(context.primitive(pd, Seq(top, kernel), Seq(target)))
      }
    }
  }
}

/**
 * Transposed convolution: the data gradient of a convolution as the forward pass, and that
 * convolution as its gradient. The kernel's plain layout (in, out, kH, kW) is the convolution's.
 */
private[gan] final class DeconvolutionOp(site: Site, spec: DeconvolutionSpec) extends Op {
  import site.{context, input, node, output}

  private val conv = new Convolver(context, output.shape, input.shape, spec.window, bias = false)
  private val weights =
    new WeightLayouts(context, site.weights(conv.weightDims, Memory.Format.oihw))
  private val weightGradient = site.gradients(conv.weightDims, Memory.Format.oihw)
  private val bias = if (spec.bias) {
    Some(new ChannelBias(site, conv.weightDims.product, node.shape(0)))
  } else None

  // A blocked layout pads the channels; three of sixteen would leave what follows mostly padding.
  private val wanted = context.query(conv.backwardData(output.batch), End.SourceGradient)
  private val format = Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(wanted))
  if (node.shape(0) % Layout.channelBlock(format) == 0) output.setLayout(wanted)
  else output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Memory.Format.nchw))

  override def weightsChanged(): Unit = weights.refresh()

  override def forward(pass: Pass, rows: Rows): Unit = {
    val pd = conv.backwardData(rows.count)
    val source = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.OutputGradient))
    val kernel = weights.in(context.query(pd, End.Weights))
    val target = output.data.rows(rows)
    site.into(pass, context.query(pd, End.SourceGradient), target) { written =>
      pass.native(context.primitive(pd, Seq(source, kernel), Seq(written)))
    }
    bias.foreach(_.add(pass, target))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val gradient = output.gradient.rows(rows)
    if (needs.weights) {
      val pd = conv.backwardWeights(rows.count)
      val source = site.inLayout(pass, gradient, context.query(pd, End.Source))
      val top = site.inLayout(pass, input.data.rows(rows), context.query(pd, End.OutputGradient))
      site.into(pass, context.query(pd, End.WeightsGradient), weightGradient) { target =>
        pass.native(context.primitive(pd, Seq(source, top), Seq(target)))
      }
      bias.foreach(_.accumulate(pass, gradient))
    }
    if (needs.data) {
      val pd = conv.forward(rows.count)
      val source = site.inLayout(pass, gradient, context.query(pd, End.Source))
      val kernel = weights.in(context.query(pd, End.Weights))
      val bottom = site.inputGradient().rows(rows)
      site.into(pass, context.query(pd, End.Output), bottom) { target =>
        pass.native(context.primitive(pd, Seq(source, kernel), Seq(target)))
      }
    }
  }
}

/** A bias per channel where no primitive has one; loops over planes of `channelBlock` channels. */
private[gan] final class ChannelBias(site: Site, offset: Int, channels: Int) {
  private val first = (site.node.weightOffset + offset) * 4L
  private val unsafe = NativeMemory.unsafe

  /** Calls `body(sample, first channel, pointer, pixels, block)` for every plane of a blob. */
  private def planes(blob: Blob)(body: (Int, Int, Long, Int, Int) => Unit): () => Unit = {
    val block = blob.channelBlock
    val pixels = blob.dims(2) * blob.dims(3)
    val stride = blob.stride
    val blocks = (channels + block - 1) / block
    // not over the first axis alone: a pixel-major tensor of one group has one entry there
    () => site.settings.parallel.range(blob.dims(0) * blocks) { i =>
      val (sample, number) = (i / blocks, i % blocks)
      body(sample, number * block,
        blob.pointer + 4L * (sample.toLong * stride + number.toLong * pixels * block), pixels, block)
    }
  }

  def add(pass: Pass, blob: Blob): Unit = pass.jvm(planes(blob) {
    (_, channel, pointer, pixels, block) =>
      var c = 0
      while (c < math.min(block, channels - channel)) {
        val bias = unsafe.getFloat(site.memory.weights + first + 4L * (channel + c))
        var at = pointer + 4L * c
        val end = at + 4L * pixels * block
        while (at < end) {
          unsafe.putFloat(at, unsafe.getFloat(at) + bias)
          at += 4L * block
        }
        c += 1
      }
  })

  def accumulate(pass: Pass, gradient: Blob): Unit = {
    val sums = new Array[Double](gradient.dims(0) * channels)
    val loop = planes(gradient) { (sample, channel, pointer, pixels, block) =>
      var c = 0
      while (c < math.min(block, channels - channel)) {
        var at = pointer + 4L * c
        val end = at + 4L * pixels * block
        var sum = 0.0
        while (at < end) {
          sum += unsafe.getFloat(at)
          at += 4L * block
        }
        sums(sample * channels + channel + c) = sum
        c += 1
      }
    }
    pass.jvm { () =>
      loop()
      var c = 0
      while (c < channels) {
        var (total, i) = (0.0, c)
        while (i < sums.length) {
          total += sums(i)
          i += channels
        }
        unsafe.putFloat(site.memory.gradients + first + 4L * c, total.toFloat)
        c += 1
      }
    }
  }
}
