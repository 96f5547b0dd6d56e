package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.{Differentiable, Operation, Pool, Role, Window}
import com.intel.analytics.bigdl.mkl.{AlgKind, MklDnn, PropKind}

private[mkldnn] final class MklDnnPooling(context: MklDnnContext, pool: Pool, window: Window,
  source: MklDnnLayout, output: Array[Int]) extends Differentiable {
  private val shape = new MklDnnWindow(window)
  import shape.{kernel, padBegin, padEnd, strides, zeroPadding}

  private val algorithm = pool match {
    case Pool.Max => AlgKind.PoolingMax
    case Pool.MeanWithPadding => AlgKind.PoolingAvgIncludePadding
    case Pool.MeanWithoutPadding => AlgKind.PoolingAvgExcludePadding
  }
  private val workspace = if (pool == Pool.Max) Seq(Role.Workspace) else Nil

  private def target: Long = context.memoryDesc(source.dims(0) +: output, source.number)

  private lazy val forwardDesc: Long = context.primitiveDesc(MklDnn.PoolingForwardDescInit(
    PropKind.ForwardTraining, algorithm, source.memoryDesc, target, strides, kernel, padBegin,
    padEnd, zeroPadding))

  override def forward: Operation =
    new MklDnnOperation(context, forwardDesc, Seq(Role.Source), Role.Output +: workspace)

  override def gradient: Operation = new MklDnnOperation(context,
    context.primitiveDesc(MklDnn.PoolingBackwardDescInit(algorithm, source.memoryDesc, target,
      strides, kernel, padBegin, padEnd, zeroPadding), forwardDesc),
    Role.OutputGradient +: workspace, Seq(Role.SourceGradient))
}
