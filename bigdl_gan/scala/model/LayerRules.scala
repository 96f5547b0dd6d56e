package com.intel.analytics.bigdl.dllib.gan.model

import com.intel.analytics.bigdl.dllib.nn._
import com.intel.analytics.bigdl.dllib.nn.abstractnn.{AbstractModule, Activity, DataFormat}
import com.intel.analytics.bigdl.mkl.AlgKind

/**
 * Which modules of dllib have a native counterpart, and what it computes.
 *
 * A layer with a regulariser, or one that is frozen, runs in dllib, which knows of both.
 */
private[gan] object LayerRules {
  private type AnyModule = AbstractModule[Activity, Activity, Float]
  private type Rule = (LayerSpec, Array[Int])

  // Modules are matched as Any: dllib's type parameters would rule the patterns out.

  /** The layer and its output's shape, or none where dllib has to run it. */
  def native(module: AnyModule, inputs: Seq[Array[Int]]): Option[Rule] = {
    val shape = inputs.head
    (module: Any) match {
      case _ if module.getScaleW() != 1.0 || module.getScaleB() != 1.0 => None
      case m: SpatialConvolution[_] => convolution(m, shape)
      case m: SpatialFullConvolution[_] => deconvolution(m, shape)
      case m: Linear[_] if shape.length == 1 && m.wRegularizer == null && m.bRegularizer == null =>
        Some((DenseSpec(m.withBias), Array(m.outputSize)))
      case m: SpatialBatchNormalization[_] if shape.length == 3 && m.affine &&
        isChannelsFirst(field[DataFormat](m, "dataFormat")) => Some((batchNorm(m.eps, m.momentum), shape))
      case m: SpatialBatchNormalization[_] => None
      case m: BatchNormalization[_] if shape.length == 1 && m.affine =>
        Some((batchNorm(m.eps, m.momentum), shape))
      case m: CAddTable[_, _] if inputs.forall(_.sameElements(shape)) => Some((AddSpec, shape))
      case m: JoinTable[_] => concat(m, inputs)
      case m: Reshape[_] if m.size.product == shape.product => Some((ReshapeSpec, m.size))
      case m: UpSampling2D[_] if isChannelsFirst(m.format) =>
        Some((UpSamplingSpec((m.size(0), m.size(1))),
          Array(shape(0), shape(1) * m.size(0), shape(2) * m.size(1))))
      case m: Dropout[_] if m.scale && !m.inplace =>
        Some((DropoutSpec(m.initP.toFloat), shape))
      case m: SpatialMaxPooling[_] => maxPooling(m, shape)
      case m: SpatialAveragePooling[_] => averagePooling(m, shape)
      case _ => activation(module).map(spec => (spec, shape))
    }
  }

  def isChannelsFirst(format: DataFormat): Boolean = format == DataFormat.NCHW

  /** Whether a container has a reshape that moves values between the batch and other axes. */
  def foldsBatch(container: Sequential[_]): Boolean =
    container.modules.exists(child => (child: Any) match {
      case reshape: InferReshape[_] => !reshape.batchMode
      case _ => false
    })

  /** `node`, a transposed convolution, with rows and columns of its output left out. */
  def crop(node: Node, spec: DeconvolutionSpec, height: Array[Int], width: Array[Int]): Node = {
    val padding = spec.window.padding
    val shape = Array(node.shape(0), node.shape(1) - height.sum, node.shape(2) - width.sum)
    val cropped = Padding(padding.top + height(0), padding.left + width(0),
      padding.bottom + height(1), padding.right + width(1))
    node.copy(layer = spec.copy(window = spec.window.copy(padding = cropped)), shape = shape)
  }

  private def batchNorm(epsilon: Double, momentum: Double) =
    BatchNormSpec(epsilon.toFloat, momentum.toFloat)

  private def activation(module: AnyModule): Option[ElementwiseSpec] = (module: Any) match {
    case _: ReLU[_] => Some(ElementwiseSpec(AlgKind.EltwiseRelu, 0f))
    case m: LeakyReLU[_] =>
      Some(ElementwiseSpec(AlgKind.EltwiseRelu, field[Double](m, "negval").toFloat))
    case _: Tanh[_] => Some(ElementwiseSpec(AlgKind.EltwiseTanh, 0f))
    case _: Sigmoid[_] => Some(ElementwiseSpec(AlgKind.EltwiseLogistic, 0f))
    case m: ELU[_] => Some(ElementwiseSpec(AlgKind.EltwiseElu, m.alpha.toFloat))
    case m: SoftPlus[_] if m.beta == 1.0 => Some(ElementwiseSpec(AlgKind.EltwiseSoftRelu, 0f))
    case _ => None
  }

  /** A private constructor argument of dllib's that no accessor gives. */
  private def field[A](module: AnyRef, name: String): A = {
    val found = Iterator.iterate[Class[_]](module.getClass)(_.getSuperclass).takeWhile(_ != null)
      .flatMap(_.getDeclaredFields).find(f => f.getName == name || f.getName.endsWith("$" + name))
      .getOrElse(throw new IllegalStateException(
        s"${module.getClass.getName} has no field $name: this is another version of dllib."))
    found.setAccessible(true)
    found.get(module).asInstanceOf[A]
  }

  /** Begin and end padding, and the output's length, along one axis; pad -1 means "same". */
  private def axis(size: Int, kernel: Int, stride: Int, pad: Int, ceil: Boolean = false)
  : (Int, Int, Int) =
    if (pad == -1) {
      val length = (size + stride - 1) / stride
      val total = math.max(0, (length - 1) * stride + kernel - size)
      (total / 2, total - total / 2, length)
    } else {
      val span = size + 2 * pad - kernel
      val rounded = (if (ceil) span + stride - 1 else span) / stride + 1
      val length = if (ceil && (rounded - 1) * stride >= size + pad) rounded - 1 else rounded
      (pad, math.max(pad, (length - 1) * stride + kernel - size - pad), length)
    }

  private def window(shape: Array[Int], kernel: (Int, Int), stride: (Int, Int), pad: (Int, Int),
    ceil: Boolean = false): (Window, Int, Int) = {
    val (top, bottom, height) = axis(shape(1), kernel._1, stride._1, pad._1, ceil)
    val (left, right, width) = axis(shape(2), kernel._2, stride._2, pad._2, ceil)
    (Window(kernel, stride, Padding(top, left, bottom, right)), height, width)
  }

  private def convolution(m: SpatialConvolution[_], shape: Array[Int]): Option[Rule] = {
    val plain = m.nGroup == 1 && isChannelsFirst(m.format) && m.wRegularizer == null &&
      m.bRegularizer == null && m.getClass == classOf[SpatialConvolution[_]]
    if (!plain) None else {
      val (w, height, width) =
        window(shape, (m.kernelH, m.kernelW), (m.strideH, m.strideW), (m.padH, m.padW))
      Some((ConvolutionSpec(w, m.withBias), Array(m.nOutputPlane, height, width)))
    }
  }

  private def deconvolution(m: SpatialFullConvolution[_], shape: Array[Int]): Option[Rule] =
    if (m.nGroup != 1 || m.wRegularizer != null || m.bRegularizer != null) None else {
      def axis(size: Int, kernel: Int, stride: Int, pad: Int, adjust: Int): (Int, Int) =
        ((size - 1) * stride - 2 * pad + kernel + adjust, math.max(0, pad - adjust))
      val (height, bottom) = axis(shape(1), m.kH, m.dH, m.padH, m.adjH)
      val (width, right) = axis(shape(2), m.kW, m.dW, m.padW, m.adjW)
      val w = Window((m.kH, m.kW), (m.dH, m.dW), Padding(m.padH, m.padW, bottom, right))
      Some((DeconvolutionSpec(w, !m.noBias), Array(m.nOutputPlane, height, width)))
    }

  private def maxPooling(m: SpatialMaxPooling[_], shape: Array[Int]): Option[Rule] =
    if (!isChannelsFirst(m.format)) None else {
      val (w, height, width) =
        window(shape, (m.kH, m.kW), (m.dH, m.dW), (m.padH, m.padW), m.ceilMode)
      Some((PoolingSpec(AlgKind.PoolingMax, w), Array(shape(0), height, width)))
    }

  private def averagePooling(m: SpatialAveragePooling[_], shape: Array[Int]): Option[Rule] = {
    val divides = field[Boolean](m, "divide")
    if (!isChannelsFirst(m.format) || m.ceilMode || !divides) None else {
      val kernel = if (m.globalPooling) (shape(1), shape(2)) else (m.kH, m.kW)
      val (w, height, width) = window(shape, kernel, (m.dH, m.dW), (m.padH, m.padW))
      val algorithm = if (field[Boolean](m, "countIncludePad") && m.padH >= 0) {
        AlgKind.PoolingAvgIncludePadding
      } else AlgKind.PoolingAvgExcludePadding
      Some((PoolingSpec(algorithm, w), Array(shape(0), height, width)))
    }
  }

  private def concat(m: JoinTable[_], inputs: Seq[Array[Int]]): Option[Rule] = {
    val rank = inputs.head.length
    // dllib counts axes from 1, with the batch where nInputDims leaves it in.
    val axis = if (m.nInputDims == rank) m.dimension - 1 else m.dimension - 2
    if (axis < 0 || axis >= rank) None else {
      val shape = inputs.head.clone()
      shape(axis) = inputs.map(_(axis)).sum
      Some((ConcatSpec(axis), shape))
    }
  }
}
