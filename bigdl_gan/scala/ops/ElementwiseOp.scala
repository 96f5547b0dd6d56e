package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

/** An activation function; ReLU and leaky ReLU run in place if nobody needs their input. */
private[gan] final class ElementwiseOp(site: Site, algorithm: Int, alpha: Float) extends Op {
  import site.{context, input, output}

  output.setBlob(if (output.isInPlace) input.data else input.data.blank())

  // All other derivatives are computed from the input, which is then kept.
  override def keepsOutput: Boolean = output.isInPlace || algorithm == AlgKind.EltwiseTanh

  private def desc(blob: Blob): Long = context.memoryDesc(blob.dims, blob.format)

  private def forwardDesc(blob: Blob): Long =
    context.primitiveDesc(context.descriptor(MklDnn.EltwiseForwardDescInit(
      PropKind.ForwardTraining, algorithm, desc(blob), alpha, 0f)))

  override def forward(pass: Pass, rows: Rows): Unit = {
    val source = input.data.rows(rows)
    pass.native(context.primitive(forwardDesc(source), Seq(source),
      Seq(output.data.rows(rows))))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    if (algorithm == AlgKind.EltwiseTanh) pass.jvm(tanhBackward(rows))
    else backwardNatively(pass, rows)
  }

  private def backwardNatively(pass: Pass, rows: Rows): Unit = {
    val source = input.data.rows(rows)
    val pd = context.primitiveDesc(context.descriptor(MklDnn.EltwiseBackwardDescInit(
      algorithm, desc(source), desc(source), alpha, 0f)), forwardDesc(source))
    pass.native(context.primitive(pd, Seq(source, output.gradient.rows(rows)),
      Seq(site.inputGradient().rows(rows))))
  }

  /** Uses the output, because MKL-DNN's own derivative computes every tanh again, one by one. */
  private def tanhBackward(rows: Rows): () => Unit = {
    val (values, top) = (output.data.rows(rows), output.gradient.rows(rows))
    val bottom = site.inputGradient().rows(rows)
    val total = values.dims(0).toLong * values.stride
    val pieces = ((total + ElementwiseOp.Piece - 1) / ElementwiseOp.Piece).toInt
    () => site.settings.parallel.range(pieces) { i =>
      val unsafe = NativeMemory.unsafe
      var at = 4L * i * ElementwiseOp.Piece
      val end = math.min(at + 4L * ElementwiseOp.Piece, 4L * total)
      while (at < end) {
        val y = unsafe.getFloat(values.pointer + at)
        unsafe.putFloat(bottom.pointer + at, unsafe.getFloat(top.pointer + at) * (1f - y * y))
        at += 4
      }
    }
  }
}

private[gan] object ElementwiseOp {
  private val Piece = 1 << 14 // values that a thread takes at once
}
