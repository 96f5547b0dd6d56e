package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Format, Pass, PixelMajor, Rows}

/** Copies a tensor between the usual layouts, samples outermost, and the pixel-major one. */
private[gan] final class RelayoutOp(context: DnnContext, self: Consumer, input: Edge, output: Edge,
  groups: Int, toPixelMajor: Boolean) extends LinearOp {
  private val size = input.batch / groups
  private val Array(channels, height, width) = input.shape
  private val dims = Array(input.batch, channels, height, width)

  output.setBlob(
    if (toPixelMajor) PixelMajor.blank(context, input.shape, input.batch, groups)
    else context.blob(dims, Format.NCHW16c))

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit =
    copy(pass, input.face(face), output.face(face), rows, toPixelMajor)

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    copy(pass, output.face(face), input.slot(self, face), rows, !toPixelMajor)

  private lazy val blocked = context.blob(dims, Format.NCHW16c)

  private def copy(pass: Pass, from: Blob, to: Blob, rows: Rows, pack: Boolean): Unit = {
    val usual = if (pack) from else to
    val isBlocked = usual.hasLayout(blockedLayout)
    val source = if (isBlocked || !pack) from else blocked
    val target = if (isBlocked || pack) to else blocked
    if (source ne from) pass.native(context.reorder(from.rows(rows), source.rows(rows)))
    for (first <- rows.first until rows.first + rows.count by size) {
      val group = Rows(first, size)
      val (a, b) = (if (pack) (Format.NTC, Format.TNC)
        else (Format.TNC, Format.NTC))
      pass.native(context.reorder(runs(source.rows(group), a), runs(target.rows(group), b)))
    }
    if (target ne to) pass.native(context.reorder(target.rows(rows), to.rows(rows)))
  }

  private lazy val blockedLayout = context.layout(dims, Format.NCHW16c)

  /** Runs of sixteen channels as (pixel, sample, channel). */
  private def runs(blob: Blob, format: Format): Blob = context.blobAt(
    Array(channels / PixelMajor.Block * height * width, size, PixelMajor.Block), format,
    blob.pointer)
}
