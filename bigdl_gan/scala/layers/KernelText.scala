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
    val Array(channels, height, width) = image(text)
    val (kernel, strides) = (pair(text, "kernel"), pair(text, "strides"))
    val pad = if (isSame(text)) (-1, -1) else (0, 0)
    val (window, rows, columns) =
      SlidingWindow.over(Array(channels, height, width), kernel, strides, pad)
    if (rows < 1 || columns < 1) text.refuse("kernel", "fit into the image")
    if (text.flag("tied") && (height % 2 > 0 || width % 2 > 0)) {
      text.refuse("tied", "have an input of even height and width")
    }
    val filters = text.integer("filters", least = 1)
    layer(text, ConvolutionSpec(window, text.flag("bias")), kernel, Array(filters, rows, columns),
      (1, filters, channels), Array(1, filters, channels), 0.25f)
  }

  def transposed(text: LayerText): CoreLayer = {
    val Array(channels, height, width) = image(text)
    val (kernel, strides) = (pair(text, "kernel"), pair(text, "strides"))
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

  private def image(text: LayerText): Array[Int] = {
    val shape = text.shape("input")
    if (shape.length != 3) text.refuse("input", "be (channels, height, width)")
    shape
  }

  private def isSame(text: LayerText): Boolean = text.word("padding") match {
    case "same" => true
    case "valid" => false
    case _ => text.refuse("padding", "be same or valid")
  }

  private def pair(text: LayerText, name: String): (Int, Int) = text.shape(name) match {
    case Array(height, width) => (height, width)
    case _ => text.refuse(name, "be (height, width)")
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
    if (isTied && (kernel != (4, 4) || pair(text, "strides") != (2, 2) || !isSame(text))) {
      text.refuse("tied", "have a 4x4 kernel, strides of 2 and padding same")
    }
    val (height, width) = if (isTied) (TiedKernels.Small, TiedKernels.Small) else kernel
    val bias = if (text.flag("bias")) Seq(Array(output(0))) else Nil
    val number = outer.toLong * rows * inner
    if (number * height * width > Int.MaxValue) text.refuse("filters", "give fewer weights")
    val tied = if (isTied) TiedSpec(spec, number.toInt, bias.length * output(0), factor) else spec
    // dllib's shapes, (1, filters, channels, kernel), and (1, channels, filters, kernel) if transposed
    CoreLayer(tied, text.shape("input"), output, (axes ++ Array(height, width)) +: bias,
      matrix = Some((outer, rows, inner * height * width)))
  }
}
