package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Differentiable, Operation, Pool, Role, Window}

private[onednn] final class OneDnnPooling(context: OneDnnContext, pool: Pool, window: Window,
  source: OneDnnLayout, output: Array[Int]) extends Differentiable {
  import context.{attributes, engine}

  private val algorithm = pool match { // dnnl_alg_kind_t
    case Pool.Max => 0x1ff
    case Pool.MeanWithPadding => 0x2ff
    case Pool.MeanWithoutPadding => 0x3ff
  }
  private val workspace = if (pool == Pool.Max) Seq(Role.Workspace) else Nil
  private lazy val target = source.resized(source.dims(0) +: output).descriptor

  private lazy val forwardDescriptor = context.primitiveDescriptor("pooling", OneDnnWindow.of(window)(
    OneDnn.pooling(engine, Numbers.Training, algorithm, source.descriptor, target, _, attributes)))

  override def forward: Operation = new OneDnnOperation(context, forwardDescriptor,
    Seq(Role.Source, Role.Output) ++ workspace)

  override def gradient: Operation = new OneDnnOperation(context,
    context.primitiveDescriptor("pooling's gradient", OneDnnWindow.of(window)(OneDnn.poolingData(engine,
      algorithm, source.descriptor, target, _, forwardDescriptor, attributes))),
    Seq(Role.OutputGradient, Role.SourceGradient) ++ workspace)
}
