package com.intel.analytics.bigdl.dllib.gan.diagnosis

import java.util.{List => JavaList}

import scala.collection.JavaConverters._

import com.intel.analytics.bigdl.dllib.gan.engines.Engines
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Elementwise, Format, Layout, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.native.{Operation, Padding, Pass, Pool, Role, Weighted, Window}

/**
 * Runs an engine's operations on the caller's numbers, for comparison with plain loops.
 *
 * Tensors are float32, little-endian, in plain order, and are copied to and from the layouts that the
 * engine wants. Layouts of data are the names in `Format`. Memory that an operation must fill holds
 * NaN before.
 */
private[gan] object EngineProbe {
  private type Numbers = JavaList[Integer]
  private type Tensors = JavaList[Array[Byte]]

  private val Formats = Seq[Format](Format.NC, Format.NCHW, Format.NCHW8c, Format.NCHW16c)
  private val Vectors = Set[Role](Role.Bias, Role.BiasGradient, Role.Mean, Role.Variance, Role.Scale,
    Role.ScaleGradient, Role.Shift, Role.ShiftGradient)

  /**
   * @param source  (C, H, W), and so `output`
   * @param window  kernel, stride (height, width each), padding (top, left, bottom, right)
   * @param groups  of channels
   * @param tensors source, weights, the output's gradient and, if there is one, the bias
   * @return output, and the gradients of source, weights and bias
   */
  def convolution(engine: String, samples: Int, source: Numbers, output: Numbers, window: Numbers,
    groups: Int, tensors: Tensors): Tensors = in(engine) { context =>
    val (from, to) = (ints(source), ints(output))
    val conv = context.convolution(from, to, windowOf(window), tensors.size == 4, groups = groups)
    weighted(context, conv, samples, from, to, tensors)
  }

  /** The same for an inner product, of plain tensors (N, F). */
  def innerProduct(engine: String, samples: Int, inputs: Int, outputs: Int, tensors: Tensors): Tensors =
    in(engine) { context =>
      weighted(context, context.innerProduct(inputs, outputs, tensors.size == 4), samples,
        Array(inputs), Array(outputs), tensors)
    }

  private def weighted(context: DnnContext, layer: Weighted, samples: Int, source: Array[Int],
    output: Array[Int], tensors: Tensors): Tensors = {
    val bench = new Bench(context)
    val (from, to) = (samples +: source, samples +: output)
    val (x, w, dy) = (tensors.get(0), tensors.get(1), tensors.get(2))
    val bias = tensors.asScala.drop(3)
    val vector = Array(output(0))
    val forward = bench.run(layer.forward(samples), Seq(Given(Role.Source, from, x),
      Given(Role.Weights, layer.weightDims, w)) ++ bias.map(Given(Role.Bias, vector, _)),
      Seq(Role.Output -> to))
    val data = bench.run(layer.data(samples), Seq(Given(Role.OutputGradient, to, dy),
      Given(Role.Weights, layer.weightDims, w)), Seq(Role.SourceGradient -> from))
    val weights = bench.run(layer.weights(samples),
      Seq(Given(Role.Source, from, x), Given(Role.OutputGradient, to, dy)),
      (Role.WeightsGradient -> layer.weightDims) +: bias.map(_ => Role.BiasGradient -> vector))
    (forward ++ data ++ weights).asJava
  }

  /** @return output and the source's gradient */
  def pooling(engine: String, pool: String, window: Numbers, format: String, source: Numbers,
    output: Numbers, x: Array[Byte], dy: Array[Byte]): Tensors = in(engine) { context =>
    val bench = new Bench(context)
    val (from, to) = (ints(source), ints(output)) // without and with samples
    val pooling = context.pooling(named(pool, Pool.Max, Pool.MeanWithPadding, Pool.MeanWithoutPadding),
      windowOf(window), layout(context, format, from), to.tail)
    val forward = pooling.forward
    val workspace = if (pool == Pool.Max.toString) {
      Seq(Role.Workspace -> context.blobOf(forward.layout(Role.Workspace)))
    } else Nil
    (bench.run(forward, Seq(Given(Role.Source, from, x)), Seq(Role.Output -> to), workspace) ++
      bench.run(pooling.gradient, Seq(Given(Role.OutputGradient, to, dy)),
        Seq(Role.SourceGradient -> from), workspace)).asJava
  }

  /**
   * @param number the function's, if it has one
   * @return output and the source's gradient
   */
  def elementwise(engine: String, function: String, number: Double, format: String, dims: Numbers,
    x: Array[Byte], dy: Array[Byte]): Tensors = in(engine) { context =>
    val bench = new Bench(context)
    val shape = ints(dims)
    val applied = context.elementwise(functionOf(function, number.toFloat), layout(context, format, shape))
    (bench.run(applied.forward, Seq(Given(Role.Source, shape, x)), Seq(Role.Output -> shape)) ++
      bench.run(applied.gradient, Seq(Given(Role.Source, shape, x), Given(Role.OutputGradient, shape, dy)),
        Seq(Role.SourceGradient -> shape))).asJava
  }

  private def functionOf(name: String, number: Float): Elementwise = name match {
    case "Relu" => Elementwise.Relu(number)
    case "Elu" => Elementwise.Elu(number)
    case "Times" => Elementwise.Times(number)
    case other => named(other, Elementwise.Tanh, Elementwise.Sigmoid, Elementwise.Softplus)
  }

  /**
   * @param tensors source, the output's gradient, scale and shift (one after the other), mean and
   *                variance; the last two are used if `fixed`
   * @return output, mean, variance, and the gradients of source, scale and shift
   */
  def batchNorm(engine: String, epsilon: Double, fixed: Boolean, format: String, dims: Numbers,
    tensors: Tensors): Tensors = in(engine) { context =>
    val bench = new Bench(context)
    val shape = ints(dims)
    val vector = Array(shape(1))
    val Seq(x, dy, scaleAndShift, mean, variance) = tensors.asScala
    val norm = context.batchNorm(layout(context, format, shape), epsilon.toFloat, fixed)
    val (weights, gradients) = (bench.pair(vector), bench.pair(vector))
    bench.write(scaleAndShift, weights.head)
    val parameters = Seq(Role.Scale, Role.Shift).zip(weights)
    val statistics = Seq(Role.Mean -> mean, Role.Variance -> variance)
    val source = Given(Role.Source, shape, x)
    val found = if (fixed) {
      bench.run(norm.forward, source +: statistics.map { case (role, values) => Given(role, vector, values) },
        Seq(Role.Output -> shape), parameters) ++ Seq(mean, variance)
    } else {
      bench.run(norm.forward, Seq(source), (Role.Output -> shape) +:
        statistics.map { case (role, _) => role -> vector }, parameters)
    }
    val back = bench.run(norm.gradient, Seq(source, Given(Role.OutputGradient, shape, dy),
      Given(Role.Mean, vector, found(1)), Given(Role.Variance, vector, found(2))),
      Seq(Role.SourceGradient -> shape),
      parameters ++ Seq(Role.ScaleGradient, Role.ShiftGradient).zip(gradients))
    (found ++ back ++ gradients.map(bench.read)).asJava
  }

  /** The sum of tensors, each in a layout of its own, in the last one's. */
  def sum(engine: String, formats: JavaList[String], dims: Numbers, tensors: Tensors): Array[Byte] =
    in(engine) { context =>
      val bench = new Bench(context)
      val blobs = formats.asScala.map(format => context.blobOf(layout(context, format, ints(dims))))
      val pass = new Pass(context)
      blobs.zip(tensors.asScala).foreach { case (blob, values) =>
        pass.native(context.reorder(bench.given(Given(Role.Source, ints(dims), values)), blob))
      }
      val total = context.blobOf(layout(context, formats.asScala.last, ints(dims)))
      val plain = bench.plain(Role.Output, ints(dims))
      pass.native(context.sum(blobs, total))
      pass.native(context.reorder(total, plain))
      pass.run()
      bench.read(plain)
    }

  private def in[A](engine: String)(body: DnnContext => A): A = {
    val context = Engines.context(engine)
    try body(context) finally context.close()
  }

  private def ints(numbers: Numbers): Array[Int] = numbers.asScala.map(_.intValue).toArray

  private def named[A](name: String, values: A*): A = values.find(_.toString == name).getOrElse(
    throw new IllegalArgumentException(s"A name must be one of ${values.mkString(", ")}. Received: $name."))

  private def layout(context: DnnContext, format: String, dims: Array[Int]): Layout =
    context.layout(dims, named(format, Formats: _*))

  private def windowOf(numbers: Numbers): Window = {
    val Array(height, width, down, right, top, left, bottom, end) = ints(numbers)
    Window((height, width), (down, right), Padding(top, left, bottom, end))
  }

  private final case class Given(role: Role, dims: Array[Int], values: Array[Byte])

  /** Runs operations on plain tensors. */
  private final class Bench(context: DnnContext) {
    /** The results, each for its role and dims; `others` are tensors to use as they are. */
    def run(operation: Operation, inputs: Seq[Given], outputs: Seq[(Role, Array[Int])],
      others: Seq[(Role, Blob)] = Nil): Seq[Array[Byte]] = {
      val pass = new Pass(context)
      val sources = inputs.map { input =>
        val (plain, wanted) = (given(input), inLayout(operation, input.role, input.dims))
        pass.native(context.reorder(plain, wanted))
        input.role -> wanted
      }
      val targets = outputs.map { case (role, dims) => role -> inLayout(operation, role, dims) }
      targets.foreach { case (_, blob) => NativeMemory.unsafe.setMemory(blob.pointer, blob.layout.bytes, -1) }
      pass.native(operation.on(sources ++ targets ++ others: _*))
      val results = targets.zip(outputs).map { case ((role, blob), (_, dims)) =>
        val copy = plain(role, dims)
        pass.native(context.reorder(blob, copy))
        copy
      }
      pass.run()
      results.map(read)
    }

    private def inLayout(operation: Operation, role: Role, dims: Array[Int]): Blob =
      if (Vectors(role)) plain(role, dims) else context.blobOf(operation.layout(role))

    def plain(role: Role, dims: Array[Int]): Blob = {
      val isWeight = role == Role.Weights || role == Role.WeightsGradient
      context.blob(dims, dims.length match {
        case 1 => Format.X
        case 2 => if (isWeight) Format.OI else Format.NC
        case _ => if (isWeight) Weighted.plain(dims) else Format.NCHW
      })
    }

    def given(tensor: Given): Blob = {
      val blob = plain(tensor.role, tensor.dims)
      write(tensor.values, blob)
      blob
    }

    /** Two vectors, one after the other in memory. */
    def pair(dims: Array[Int]): Seq[Blob] = {
      val first = context.allocate(8L * dims(0))
      Seq(first, first + 4L * dims(0)).map(context.blobAt(dims, Format.X, _))
    }

    def write(values: Array[Byte], to: Blob): Unit =
      NativeMemory.write(Probe.floats(values), 0, to.pointer, values.length / 4)

    def read(blob: Blob): Array[Byte] = {
      val values = new Array[Float](blob.dims.product)
      NativeMemory.read(blob.pointer, values, 0, values.length)
      Probe.bytes(values)
    }
  }
}
