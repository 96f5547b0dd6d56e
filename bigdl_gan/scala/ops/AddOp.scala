package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Needs, Op, Site}

/** The element-wise sum of its inputs. */
private[gan] final class AddOp(site: Site) extends Op {
  import site.{context, inputs, output}

  output.setLayout(inputs(0).data.pd)

  override def forward(pass: Pass, rows: Rows): Unit = {
    val terms = inputs.map(edge => site.inLayout(pass, edge.data.rows(rows),
      output.data.rows(rows).pd))
    pass.native(context.sum(terms, output.data.rows(rows)))
  }

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = if (needs.data) {
    inputs.indices.foreach(i => pass.native(context.reorder(output.gradient.rows(rows),
      site.inputGradient(i).rows(rows))))
  }
}
