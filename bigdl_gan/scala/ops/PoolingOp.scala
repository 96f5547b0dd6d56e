package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Differentiable, Operation, Pass, Pool, Role}
import com.intel.analytics.bigdl.dllib.gan.native.{Rows, Window}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, Site, TwiceOp}

/** The largest or the mean value under a window. */
private[gan] final class PoolingOp(site: Site, pool: Pool, window: Window) extends TwiceOp {
  import site.{context, input, output}

  private val workspaces = scala.collection.mutable.Map[Rows, Blob]()
  private val isMax = pool == Pool.Max

  output.setLayout(pooling(input.data).forward.layout(Role.Output))

  private def pooling(source: Blob): Differentiable =
    context.pooling(pool, window, source.layout, output.shape)

  private def workspace(operation: Operation, rows: Rows): Seq[(Role, Blob)] =
    if (isMax) {
      Seq(Role.Workspace -> workspaces.getOrElseUpdate(rows,
        context.blobOf(operation.layout(Role.Workspace))))
    } else Nil

  override def forward(pass: Pass, rows: Rows): Unit = apply(pass, rows, Face.Value)

  private def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val source = input.face(face).rows(rows)
    val operation = pooling(source).forward
    pass.native(operation.on(Seq(Role.Source -> source,
      Role.Output -> output.face(face).rows(rows)) ++ workspace(operation, rows): _*))
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
    val operation = pooling(input.data.rows(rows)).gradient
    pass.native(operation.on(Seq(Role.OutputGradient -> output.face(face).rows(rows),
      Role.SourceGradient -> site.inputGradient(face = face).rows(rows)) ++
      workspace(operation, rows): _*))
  }
}
