package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, End, Pass, Pooler, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}
import com.intel.analytics.bigdl.mkl.AlgKind

/** The largest or the mean value under a window. */
private[gan] final class PoolingOp(site: Site, algorithm: Int, window: Window) extends Op {
  import site.{context, input, output}

  private val pooler = new Pooler(context, algorithm, window, output.shape)
  private val workspaces = scala.collection.mutable.Map[Rows, Blob]()
  private val isMax = algorithm == AlgKind.PoolingMax

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

  // A workspace belongs to the rows of one forward pass. So part of a batch needs its own forward
  // pass before its gradient, if the forward pass was over the entire batch.
  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    if (isMax && !workspaces.contains(rows)) forward(pass, rows)
    val pd = pooler.backward(input.data.rows(rows))
    pass.native(context.primitive(pd, output.gradient.rows(rows) +: workspace(pd, rows),
      Seq(site.inputGradient().rows(rows))))
  }
}
