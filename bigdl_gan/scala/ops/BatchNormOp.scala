package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn, PropKind}

/**
 * Batch normalisation per channel, with separate statistics for each group of the batch.
 *
 * The flat state holds the running mean, then the running (unbiased) variance.
 *
 * @param momentum the new batch's weight in the running averages
 */
private[gan] final class BatchNormOp(site: Site, epsilon: Float, momentum: Float) extends Op {
  import site.{context, input, output, settings}
  import MklDnn.BatchNormFlag.{mkldnn_use_global_stats => globalStatistics}
  import MklDnn.BatchNormFlag.{mkldnn_use_scaleshift => scaleShift}

  private val channels = site.node.shape(0)
  private val scaleAndShift = site.weights(Array(2 * channels), Memory.Format.x)
  private val groupCount = settings.groups
  private val means = Array.fill(groupCount)(vector())
  private val variances = Array.fill(groupCount)(vector())
  private lazy val groupGradients = Array.fill(groupCount)(
    context.blob(Array(2 * channels), Memory.Format.x))
  private val gradients = site.gradients(Array(2 * channels), Memory.Format.x)

  output.setBlob(input.data.blank())

  private def vector(): Blob = context.blob(Array(channels), Memory.Format.x)

  /** The primitive's view of a tensor: (N, C, 1, 1) if it has no pixels. */
  private def maps(blob: Blob): Blob =
    if (blob.dims.length == 4) blob
    else context.blobAt(blob.dims ++ Array(1, 1), Memory.Format.nchw, blob.pointer)

  private def forwardDesc(blob: Blob, kind: Int, flags: Long): Long =
    context.primitiveDesc(context.descriptor(MklDnn.BatchNormForwardDescInit(kind,
      context.memoryDesc(blob.dims, blob.format), epsilon, flags)))

  override def weightsChanged(): Unit = if (!settings.training) {
    NativeMemory.write(site.memory.state, site.node.stateOffset, means(0).pointer, channels)
    NativeMemory.write(site.memory.state, site.node.stateOffset + channels, variances(0).pointer,
      channels)
  }

  private def groupIndex(rows: Rows): Int = rows.first / (site.batch / groupCount)

  override def forward(pass: Pass, rows: Rows): Unit =
    if (settings.training) {
      site.groupsIn(rows).foreach { group =>
        val source = maps(input.data.rows(group))
        val index = groupIndex(group)
        pass.native(context.primitive(
          forwardDesc(source, PropKind.ForwardTraining, scaleShift), Seq(source, scaleAndShift),
          Seq(maps(output.data.rows(group)), means(index), variances(index))))
      }
    } else {
      val source = maps(input.data.rows(rows))
      pass.native(context.primitive(
        forwardDesc(source, PropKind.ForwardInference, scaleShift | globalStatistics),
        Seq(source, means(0), variances(0), scaleAndShift), Seq(maps(output.data.rows(rows)))))
    }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val groups = site.groupsIn(rows)
    groups.foreach { group =>
      val source = maps(input.data.rows(group))
      val index = groupIndex(group)
      val md = context.memoryDesc(source.dims, source.format)
      // Running statistics are constants, so they add nothing to the input's gradient.
      val flags = if (settings.training) scaleShift else scaleShift | globalStatistics
      val pd = context.primitiveDesc(context.descriptor(MklDnn.BatchNormBackwardDescInit(
        PropKind.Backward, md, md, epsilon, flags)),
        forwardDesc(source, PropKind.ForwardTraining, flags))
      // With a learned scale, MKL-DNN's only backward primitive computes all gradients.
      pass.native(context.primitive(pd, Seq(source, means(index), variances(index),
        maps(output.gradient.rows(group)), scaleAndShift),
        Seq(maps(site.inputGradient().rows(group)), groupGradients(index))))
    }
    if (needs.weights) {
      pass.native(context.sum(groups.map(group => groupGradients(groupIndex(group))), gradients))
    }
  }

  override def updateState(rows: Rows): Unit = site.groupsIn(rows).foreach { group =>
    val pixels = input.shape.drop(1).product
    val count = group.count.toLong * pixels
    val unbiased = if (count > 1) count.toFloat / (count - 1) else 1f
    move(means(groupIndex(group)), site.node.stateOffset, 1f)
    move(variances(groupIndex(group)), site.node.stateOffset + channels, unbiased)
  }

  private def move(batch: Blob, offset: Int, factor: Float): Unit = {
    val values = new Array[Float](channels)
    NativeMemory.read(batch.pointer, values, 0, channels)
    var c = 0
    while (c < channels) {
      site.memory.state(offset + c) = (1 - momentum) * site.memory.state(offset + c) +
        momentum * factor * values(c)
      c += 1
    }
  }
}
