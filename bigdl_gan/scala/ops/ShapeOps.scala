package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.model.{ConcatSpec, Padding}
import com.intel.analytics.bigdl.dllib.gan.model.{PoolingSpec, UpSamplingSpec, Window}
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, End, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

/** Another shape over the same values in their plain order. */
private[gan] final class ReshapeOp(site: Site) extends Op {
  import site.{context, input, output}

  private val dims = Layout.dims(output.batch, site.node.shape)
  private val format = Layout.plain(site.node.shape)
  private val plainInput = Layout.plain(input.shape)

  output.setBlob(context.blob(dims, format))

  private def asInput(blob: Blob, rows: Rows): Blob = context.blobAt(
    Layout.dims(rows.count, input.shape), plainInput, blob.rows(rows).pointer)

  override def forward(pass: Pass, rows: Rows): Unit =
    pass.native(context.reorder(input.data.rows(rows), asInput(output.data, rows)))

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    pass.native(context.reorder(asInput(output.gradient, rows),
      site.inputGradient().rows(rows)))
  }
}

/** Joins its inputs along one axis: runs of neighbouring values are copied. */
private[gan] final class ConcatOp(site: Site, spec: ConcatSpec) extends Op {
  import site.{context, inputs, node, output, settings}

  output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Layout.plain(node.shape)))

  private val outer = node.shape.take(spec.axis).product
  private val runs = inputs.map(_.shape.drop(spec.axis).product)
  private val run = runs.sum
  private lazy val plainInputs = inputs.map(plain)
  private lazy val plainGradients = inputs.map(plain)

  private def plain(edge: Edge): Blob =
    context.blob(Layout.dims(output.batch, edge.shape), Layout.plain(edge.shape))

  private def copy(parts: Array[Blob], whole: Blob, join: Boolean): () => Unit = () =>
    settings.parallel.range(whole.dims(0)) { sample =>
      var to = whole.pointer + 4L * sample * run * outer
      var row = 0
      while (row < outer) {
        parts.indices.foreach { i =>
          val part = parts(i).pointer + 4L * (sample.toLong * outer + row) * runs(i)
          if (join) NativeMemory.copy(part, to, runs(i)) else NativeMemory.copy(to, part, runs(i))
          to += 4L * runs(i)
        }
        row += 1
      }
    }

  override def forward(pass: Pass, rows: Rows): Unit = {
    inputs.indices.foreach(i => pass.native(
      context.reorder(inputs(i).data.rows(rows), plainInputs(i).rows(rows))))
    pass.jvm(copy(plainInputs.map(_.rows(rows)), output.data.rows(rows), join = true))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    pass.jvm(copy(plainGradients.map(_.rows(rows)), output.gradient.rows(rows), join = false))
    inputs.indices.foreach(i => pass.native(
      context.reorder(plainGradients(i).rows(rows), site.inputGradient(i).rows(rows))))
  }
}

/** MKL-DNN's two pooling primitives for one window, for any number of samples. */
private[gan] final class Pooler(context: DnnContext, algorithm: Int, window: Window,
  outputShape: Array[Int]) {
  private val strides = Array(window.stride._1, window.stride._2)
  private val kernel = Array(window.kernel._1, window.kernel._2)
  private val padBegin = Array(window.padding.top, window.padding.left)
  private val padEnd = Array(window.padding.bottom, window.padding.right)
  private val zeroPadding = MklDnn.PaddingKind.mkldnnPaddingZero

  private def desc(blob: Blob): Long = context.memoryDesc(blob.dims, blob.format)

  def forward(source: Blob): Long = context.primitiveDesc(context.descriptor(
    MklDnn.PoolingForwardDescInit(PropKind.ForwardTraining, algorithm, desc(source),
      context.memoryDesc(source.dims(0) +: outputShape, source.format), strides, kernel, padBegin,
      padEnd, zeroPadding)))

  def backward(source: Blob): Long = context.primitiveDesc(context.descriptor(
    MklDnn.PoolingBackwardDescInit(algorithm, desc(source),
      context.memoryDesc(source.dims(0) +: outputShape, source.format), strides, kernel, padBegin,
      padEnd, zeroPadding)), forward(source))
}

/** Largest or mean value under a window. */
private[gan] final class PoolingOp(site: Site, spec: PoolingSpec) extends Op {
  import site.{context, input, output}

  private val pooler = new Pooler(context, spec.algorithm, spec.window, output.shape)
  private val workspaces = scala.collection.mutable.Map[Rows, Blob]()
  private val isMax = spec.algorithm == AlgKind.PoolingMax

  output.setLayout(context.query(pooler.forward(input.data), End.Output))

  private def workspace(pd: Long, rows: Rows): Seq[Blob] =
    if (isMax) {
      Seq(workspaces.getOrElseUpdate(rows, context.blobOf(context.query(pd, End.Workspace))))
    } else Nil

  override def forward(pass: Pass, rows: Rows): Unit = {
    val source = input.data.rows(rows)
    val pd = pooler.forward(source)
    pass.native(context.primitive(pd, Seq(source),
      output.data.rows(rows) +: workspace(pd, rows)))
  }

  // A workspace belongs to the rows of one forward pass, so the gradient of part of a batch that
  // went forward as a whole needs its own forward pass first.
  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    if (isMax && !workspaces.contains(rows)) forward(pass, rows)
    val pd = pooler.backward(input.data.rows(rows))
    pass.native(context.primitive(pd, output.gradient.rows(rows) +: workspace(pd, rows),
      Seq(site.inputGradient().rows(rows))))
  }
}

/**
 * Repeats rows and columns: the gradient of average pooling, scaled by the window's area, with
 * average pooling as its own gradient.
 */
private[gan] final class UpSamplingOp(site: Site, spec: UpSamplingSpec) extends Op {
  import site.{context, input, output}

  private val window = Window(spec.factor, spec.factor, Padding(0, 0, 0, 0))
  private val pooler = new Pooler(context, AlgKind.PoolingAvgIncludePadding, window, input.shape)
  private val area = (spec.factor._1 * spec.factor._2).toFloat

  output.setBlob(context.blob(Layout.dims(output.batch, output.shape), input.data.format))

  private def scale(blob: Blob): Long = {
    val desc = context.descriptor(MklDnn.EltwiseForwardDescInit(PropKind.ForwardTraining,
      AlgKind.EltwiseLinear, context.memoryDesc(blob.dims, blob.format), area, 0f))
    context.primitive(context.primitiveDesc(desc), Seq(blob), Seq(blob))
  }

  override def forward(pass: Pass, rows: Rows): Unit = {
    val target = output.data.rows(rows)
    pass.native(context.primitive(pooler.backward(target), Seq(input.data.rows(rows)),
      Seq(target)))
    pass.native(scale(target))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    val bottom = site.inputGradient().rows(rows)
    pass.native(context.primitive(pooler.forward(output.gradient.rows(rows)),
      Seq(output.gradient.rows(rows)), Seq(bottom)))
    pass.native(scale(bottom))
  }
}
