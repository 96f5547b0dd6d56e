package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, Operation, Primitive, Role}
import com.intel.analytics.bigdl.mkl.{Memory, MklDnn, Query}

/**
 * An operation with the order in which its primitive takes tensors.
 *
 * @param pd its primitive descriptor
 */
private[mkldnn] class MklDnnOperation(context: MklDnnContext, pd: Long, inputs: Seq[Role],
  outputs: Seq[Role]) extends Operation {

  override def layout(role: Role): MklDnnLayout = {
    val query = MklDnnOperation.Queries.getOrElse(role,
      throw new IllegalArgumentException(s"Only vectors have this role: $role."))
    val found = MklDnn.PrimitiveDescQueryPd(pd, query, 0) // the operation's own
    new MklDnnLayout(context, Memory.GetShape(MklDnn.PrimitiveDescQueryMemory(found)), found)
  }

  override def on(tensors: (Role, Blob)*): Primitive = {
    val given = tensors.toMap
    if (given.keySet != (inputs ++ outputs).toSet || tensors.length != given.size) {
      throw new IllegalArgumentException("An operation must be given a tensor for each of its roles: " +
        s"${(inputs ++ outputs).mkString(", ")}. Received: ${tensors.map(_._1).mkString(", ")}.")
    }
    context.primitive(pd, inputs.map(given), outputs.map(given))
  }
}

private[mkldnn] object MklDnnOperation {
  private val Queries = Map[Role, Int](Role.Source -> Query.SrcPd,
    Role.SourceGradient -> Query.DiffSrcPd, Role.Weights -> Query.WeightsPd,
    Role.WeightsGradient -> Query.DiffWeightsPd, Role.Output -> Query.DstPd,
    Role.OutputGradient -> Query.DiffDstPd, Role.Workspace -> Query.WorkspacePd)
}
