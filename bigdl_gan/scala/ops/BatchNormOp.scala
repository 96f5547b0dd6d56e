package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Differentiable, Format, NativeMemory, Pass}
import com.intel.analytics.bigdl.dllib.gan.native.{Role, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/**
 * Batch normalisation per channel, with separate statistics for each group of the batch.
 *
 * The flat state holds the running mean, then the running (unbiased) variance.
 *
 * @param momentum the new batch's weight in the running averages
 */
private[gan] final class BatchNormOp(site: Site, epsilon: Float, momentum: Float) extends Op {
  import site.{context, input, output, settings}

  private val channels = site.node.shape(0)
  private val scaleAndShift = Seq(Role.Scale -> site.weights(Array(channels), Format.X),
    Role.Shift -> site.weights(Array(channels), Format.X, channels))
  private val groupCount = settings.groups
  private val means = Array.fill(groupCount)(vector())
  private val variances = Array.fill(groupCount)(vector())
  private lazy val groupGradients = Array.fill(groupCount)(
    context.blob(Array(2 * channels), Format.X)) // of scale and shift, one after the other
  private val gradients = site.gradients(Array(2 * channels), Format.X)

  output.setBlob(input.data.blank())

  private def vector(): Blob = context.blob(Array(channels), Format.X)

  /** The primitive's view of a tensor: (N, C, 1, 1) if it has no pixels. */
  private def maps(blob: Blob): Blob =
    if (blob.dims.length == 4) blob
    else context.blobAt(blob.dims ++ Array(1, 1), Format.NCHW, blob.pointer)

  /** Running statistics are constants, so they add nothing to the input's gradient. */
  private def norm(source: Blob): Differentiable =
    context.batchNorm(source.layout, epsilon, fixed = !settings.training)

  private def statistics(index: Int): Seq[(Role, Blob)] =
    Seq(Role.Mean -> means(index), Role.Variance -> variances(index))

  override def weightsChanged(): Unit = if (!settings.training) {
    NativeMemory.write(site.memory.state, site.node.stateOffset, means(0).pointer, channels)
    NativeMemory.write(site.memory.state, site.node.stateOffset + channels, variances(0).pointer,
      channels)
  }

  private def groupIndex(rows: Rows): Int = rows.first / (site.batch / groupCount)

  override def forward(pass: Pass, rows: Rows): Unit =
    if (settings.training) site.groupsIn(rows).foreach(group => forward(pass, group, groupIndex(group)))
    else forward(pass, rows, 0)

  private def forward(pass: Pass, rows: Rows, index: Int): Unit = {
    val source = maps(input.data.rows(rows))
    pass.native(norm(source).forward.on(Seq(Role.Source -> source,
      Role.Output -> maps(output.data.rows(rows))) ++ scaleAndShift ++ statistics(index): _*))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    val groups = site.groupsIn(rows)
    groups.foreach { group =>
      val source = maps(input.data.rows(group))
      val index = groupIndex(group)
      pass.native(norm(source).gradient.on(Seq(Role.Source -> source,
        Role.OutputGradient -> maps(output.gradient.rows(group)),
        Role.SourceGradient -> maps(site.inputGradient().rows(group))) ++ scaleAndShift ++
        statistics(index) ++ gradientsOf(groupGradients(index)): _*))
    }
    if (needs.weights) {
      pass.native(context.sum(groups.map(group => groupGradients(groupIndex(group))), gradients))
    }
  }

  private def gradientsOf(both: Blob): Seq[(Role, Blob)] = Seq(
    Role.ScaleGradient -> context.blobAt(Array(channels), Format.X, both.pointer),
    Role.ShiftGradient -> context.blobAt(Array(channels), Format.X, both.pointer + 4L * channels))

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
