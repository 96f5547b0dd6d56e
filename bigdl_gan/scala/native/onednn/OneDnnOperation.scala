package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Operation, Primitive, Role}

/**
 * @param descriptor a primitive's descriptor, which somebody else releases
 * @param unread     the role, if there is one, whose tensor the primitive refuses to be given
 */
private[onednn] final class OneDnnOperation(context: OneDnnContext, descriptor: Long, roles: Seq[Role],
  unread: Option[Role] = None) extends Operation {
  private lazy val primitive = context.primitive(descriptor)

  override def layout(role: Role): OneDnnLayout = {
    val end = Numbers.EndOf.getOrElse(role,
      throw new IllegalArgumentException(s"Only vectors have this role: $role."))
    new OneDnnLayout(context, OneDnn.made(s"the layout of $role", OneDnn.end(descriptor, end)))
  }

  override def on(tensors: (Role, Blob)*): Primitive = {
    if (tensors.length != roles.length || tensors.map(_._1).toSet != roles.toSet) {
      throw new IllegalArgumentException("An operation must be given a tensor for each of its roles: " +
        s"${roles.mkString(", ")}. Received: ${tensors.map(_._1).mkString(", ")}.")
    }
    tensors.foreach { case (role, blob) => check(role, blob) }
    context.prepared(descriptor, primitive, tensors.collect { case (role, blob) if !unread.contains(role) =>
      Numbers.ArgumentOf(role) -> blob.memory
    })
  }

  /** oneDNN does not look: it would read and write whatever lies there. */
  private def check(role: Role, blob: Blob): Unit =
    if (Numbers.EndOf.contains(role) && !blob.hasLayout(layout(role))) {
      throw new IllegalArgumentException(s"$role must have the layout ${layout(role).format} of " +
        s"${layout(role).dims.mkString("x")}. Received: ${blob.format} of ${blob.dims.mkString("x")}.")
    }
}
