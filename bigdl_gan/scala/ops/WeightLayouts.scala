package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Pass}

/** Reordered copies of one weight tensor, each in the layout of some primitive. */
private[gan] final class WeightLayouts(context: DnnContext, plain: Blob) {
  private val copies = scala.collection.mutable.ArrayBuffer[(Blob, Pass)]()

  def in(want: Long): Blob =
    if (plain.sameLayout(want)) plain
    else {
      copies.find(_._1.sameLayout(want)).map(_._1).getOrElse {
        val copy = context.blobOf(want)
        val pass = new Pass(context)
        pass.native(context.reorder(plain, copy))
        pass.run()
        copies += ((copy, pass))
        copy
      }
    }

  def refresh(): Unit = copies.foreach(_._2.run())
}
