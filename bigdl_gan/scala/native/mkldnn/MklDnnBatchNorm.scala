package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Differentiable, Format, Operation, Primitive, Role}
import com.intel.analytics.bigdl.mkl.{MklDnn, PropKind}

/** MKL-DNN takes scale and shift, and their gradients, as one tensor each. */
private[mkldnn] final class MklDnnBatchNorm(context: MklDnnContext, source: MklDnnLayout,
  epsilon: Float, fixed: Boolean) extends Differentiable {
  import MklDnn.BatchNormFlag.{mkldnn_use_global_stats => globalStatistics}
  import MklDnn.BatchNormFlag.{mkldnn_use_scaleshift => scaleShift}

  private val flags = if (fixed) scaleShift | globalStatistics else scaleShift

  private def forwardDesc(kind: Int): Long = context.primitiveDesc(
    MklDnn.BatchNormForwardDescInit(kind, source.memoryDesc, epsilon, flags))

  override def forward: Operation =
    if (fixed) {
      new Joining(forwardDesc(PropKind.ForwardInference),
        Seq(Role.Source, Role.Mean, Role.Variance, Role.Scale), Seq(Role.Output))
    } else {
      new Joining(forwardDesc(PropKind.ForwardTraining), Seq(Role.Source, Role.Scale),
        Seq(Role.Output, Role.Mean, Role.Variance))
    }

  // With a learned scale, MKL-DNN's only backward primitive computes all gradients.
  override def gradient: Operation = new Joining(
    context.primitiveDesc(MklDnn.BatchNormBackwardDescInit(PropKind.Backward, source.memoryDesc,
      source.memoryDesc, epsilon, flags), forwardDesc(PropKind.ForwardTraining)),
    Seq(Role.Source, Role.Mean, Role.Variance, Role.OutputGradient, Role.Scale),
    Seq(Role.SourceGradient, Role.ScaleGradient))

  private final class Joining(pd: Long, inputs: Seq[Role], outputs: Seq[Role])
    extends MklDnnOperation(context, pd, inputs, outputs) {
    override def on(tensors: (Role, Blob)*): Primitive = super.on(join(Role.Scale, Role.Shift,
      join(Role.ScaleGradient, Role.ShiftGradient, tensors)): _*)
  }

  /** The tensors, with one in the place of two that follow each other in memory. */
  private def join(first: Role, second: Role, tensors: Seq[(Role, Blob)]): Seq[(Role, Blob)] = {
    val (both, others) = tensors.partition { case (role, _) => role == first || role == second }
    both.sortBy(_._1 != first).map(_._2) match {
      case Seq() => others
      case Seq(one, two) if one.pointer + one.layout.bytes == two.pointer =>
        others :+ (first -> context.blobAt(Array(one.dims(0) + two.dims(0)), Format.X, one.pointer))
      case _ => throw new IllegalArgumentException(
        s"A batch norm's $second must follow its $first in memory.")
    }
  }
}
