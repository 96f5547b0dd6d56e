package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Face, LinearOp, Site}

/** The element-wise sum of its inputs. */
private[gan] final class AddOp(site: Site) extends LinearOp {
  import site.{context, inputs, output}

  output.setLayout(inputs(0).data.layout)

  override protected def apply(pass: Pass, rows: Rows, face: Face): Unit = {
    val sum = output.face(face).rows(rows)
    val terms = inputs.map(edge => site.inLayout(pass, edge.face(face).rows(rows), sum.layout))
    pass.native(context.sum(terms, sum))
  }

  override def data(pass: Pass, rows: Rows, face: Face): Unit =
    inputs.indices.foreach(i => pass.native(context.reorder(output.face(face).rows(rows),
      site.inputGradient(i, face).rows(rows))))
}
