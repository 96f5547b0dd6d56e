package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Differentiable, Operation, Role}

private[onednn] final class OneDnnBatchNorm(context: OneDnnContext, source: OneDnnLayout,
  epsilon: Float, fixed: Boolean) extends Differentiable {
  import context.{attributes, engine}

  private val flags = if (fixed) Numbers.ScaleAndShift | Numbers.GlobalStatistics else Numbers.ScaleAndShift
  private val vectors = Seq(Role.Mean, Role.Variance, Role.Scale, Role.Shift)

  private def forwardDescriptor(kind: Int): Long = context.primitiveDescriptor("a batch norm",
    OneDnn.batchNorm(engine, kind, source.descriptor, source.descriptor, epsilon, flags, attributes))

  override def forward: Operation = new OneDnnOperation(context,
    forwardDescriptor(if (fixed) Numbers.Inference else Numbers.Training),
    Seq(Role.Source, Role.Output) ++ vectors)

  override def gradient: Operation = new OneDnnOperation(context,
    context.primitiveDescriptor("a batch norm's gradient", OneDnn.batchNormBackward(engine,
      Numbers.Backward, source.descriptor, source.descriptor, source.descriptor, epsilon, flags,
      forwardDescriptor(Numbers.Training), attributes)),
    Seq(Role.Source, Role.OutputGradient, Role.SourceGradient, Role.ScaleGradient, Role.ShiftGradient) ++
      vectors, unread = Some(Role.Shift))
}
