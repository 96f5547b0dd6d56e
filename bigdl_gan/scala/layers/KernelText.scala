package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.native.{Padding, Window}
import com.intel.analytics.bigdl.dllib.gan.network.LayerSpec
import com.intel.analytics.bigdl.dllib.gan.ops.TiedKernels

/** Descriptions of layers with kernels, for layers that reparametrise them. */
private[gan] object KernelText {
  def dense(text: LayerText): CoreLayer = dense(text, text.flag("bias"))

  /** The product of a label vector and a table, which is a dense layer's kernel, without a bias. */
  def embedding(text: LayerText): CoreLayer = dense(text, bias = false)

  private def dense(text: LayerText, bias: Boolean): CoreLayer = {
    val shape = text.shape("input")
    if (shape.length != 1) text.refuse("input", "be (features)")
    val units = text.integer("units", least = 1)
    CoreLayer(DenseSpec(bias), shape, Array(units),
      Array(units, shape(0)) +: (if (bias) Seq(Array(units)) else Nil),
      matrix = Some((1, units, shape(0))))
  }

  def convolution(text: LayerText): CoreLayer = {
    val channels = text.image("input")(0)
    val filters = text.integer("filters", least = 1)
    val groups = text.integer("groups", least = 1, otherwise = 1) // older files have none
    if (channels % groups != 0 || filters % groups != 0) {
      text.refuse("groups", s"divide the $channels channels and the $filters filters")
    }
    convolution(text, filters, groups)
  }

  /** Each channel is a group. */
  def depthwise(text: LayerText): CoreLayer = {
    val channels = text.image("input")(0)
    val multiplier = text.integer("depth_multiplier", least = 1)
    if (channels.toLong * multiplier > Int.MaxValue) text.refuse("depth_multiplier", "give fewer channels")
    convolution(text, channels * multiplier, channels)
  }

  private def convolution(text: LayerText, filters: Int, groups: Int): CoreLayer = {
    val shape = text.image("input")
    val Array(channels, height, width) = shape
    val (kernel, strides) = (text.pair("kernel"), text.pair("strides"))
    val pad = if (isSame(text)) (-1, -1) else (0, 0)
    val (window, rows, columns) = SlidingWindow.over(shape, kernel, strides, pad)
    if (rows < 1 || columns < 1) text.refuse("kernel", "fit into the image")
    if (text.flag("tied") && (height % 2 > 0 || width % 2 > 0)) {
      text.refuse("tied", "have an input of even height and width")
    }
    val inGroup = channels / groups
    layer(text, ConvolutionSpec.of(window, text.flag("bias"), groups), kernel,
      Array(filters, rows, columns), (1, filters, inGroup), Array(groups, filters / groups, inGroup), 0.25f)
  }

  def transposed(text: LayerText): CoreLayer = {
    val Array(channels, height, width) = text.image("input")
    val (kernel, strides) = (text.pair("kernel"), text.pair("strides"))
    def axis(size: Int, k: Int, s: Int): (Int, Int, Int) = { // padding and output, as in Python
      val surplus = math.max(k - s, 0)
      if (isSame(text)) (surplus / 2, surplus - surplus / 2, size * s) else (0, 0, size * s + surplus)
    }
    val (top, bottom, rows) = axis(height, kernel._1, strides._1)
    val (left, right, columns) = axis(width, kernel._2, strides._2)
    val window = Window(kernel, strides, Padding(top, left, bottom, right))
    val filters = text.integer("filters", least = 1)
    layer(text, DeconvolutionSpec(window, text.flag("bias")), kernel, Array(filters, rows, columns),
      (channels, filters, 1), Array(1, channels, filters), 1f)
  }

  private def isSame(text: LayerText): Boolean = text.word("padding") match {
    case "same" => true
    case "valid" => false
    case _ => text.refuse("padding", "be same or valid")
  }

  /**
   * @param kernels (outer, rows, inner) of the kernel's tensor, without height and width
   * @param axes    the tensor's, likewise
   * @param factor  of tied kernels
   */
  private def layer(text: LayerText, spec: LayerSpec, kernel: (Int, Int), output: Array[Int],
    kernels: (Int, Int, Int), axes: Array[Int], factor: Float): CoreLayer = {
    val (outer, rows, inner) = kernels
    val isTied = text.flag("tied")
    if (isTied && (kernel != (4, 4) || text.pair("strides") != (2, 2) || !isSame(text))) {
      text.refuse("tied", "have a 4x4 kernel, strides of 2 and padding same")
    }
    val (height, width) = if (isTied) (TiedKernels.Small, TiedKernels.Small) else kernel
    val bias = if (text.flag("bias")) Seq(Array(output(0))) else Nil
    val number = outer.toLong * rows * inner
    if (number * height * width > Int.MaxValue) text.refuse("filters", "give fewer weights")
    val tied = if (isTied) TiedSpec(spec, number.toInt, bias.length * output(0), factor) else spec
    // dllib's shapes, (groups, filters, channels, kernel), and (1, channels, filters, kernel) if transposed
    CoreLayer(tied, text.shape("input"), output, (axes ++ Array(height, width)) +: bias,
      matrix = Some((outer, rows, inner * height * width)))
  }
}
