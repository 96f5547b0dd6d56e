package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, End, Pass, Pooler, Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}
import com.intel.analytics.bigdl.mkl.AlgKind

/** The largest or the mean value under a window. */
private[gan] final class PoolingOp(site: Site, algorithm: Int, window: Window) extends TwiceOp {
  import site.{context, input, output}

  private val pooler = new Pooler(context, algorithm, window, output.shape)
  private val workspaces = scala.collection.mutable.Map[Rows, Blob]()
  private val isMax = algorithm == AlgKind.PoolingMax

  output.setLayout(context.query(pooler.forward(input.data), End.Output))

  private def workspace(pd: Long, rows: Rows): Seq[Blob] =
    if (isMax) {
      Seq(workspaces.getOrElseUpdate(rows, context.blobOf(context.query(pd, End.Workspace))))
    } else Nil

  override def forward(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Value)

  private def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val source = input.face(face).rows(rows)
    val pd = pooler.forward(source)
    pass.native(context.primitive(pd, Seq(source),
      output.face(face).rows(rows) +: workspace(pd, rows)))
  }

  override def tangent(pass: Pass, rows: Rows): Unit =
    if (!isMax) apply(pass, rows, Face.Tangent)
    else {
      val gather = new MaximumGather(window, input.shape, output.shape, site.settings.parallel)
      pass.jvm(gather(input.data.rows(rows), input.face(Face.Tangent).rows(rows),
        output.face(Face.Tangent).rows(rows)))
    }

  // A workspace belongs to the rows of one forward pass. So part of a batch needs its own forward
  // pass before its gradient, if the forward pass was over the entire batch.
  override def data(pass: Pass, rows: Rows, face: Face): Unit = {
    if (isMax && !workspaces.contains(rows)) forward(pass, rows)
    val pd = pooler.backward(input.data.rows(rows))
    pass.native(context.primitive(pd, output.face(face).rows(rows) +: workspace(pd, rows),
      Seq(site.inputGradient(face = face).rows(rows))))
  }
}
