package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, Layout, Pass}

/** Reordered copies of one weight tensor, each in the layout of some primitive. */
private[gan] final class WeightLayouts(context: DnnContext, stored: Blob) {
  private val copies = scala.collection.mutable.ArrayBuffer[(Blob, Pass)]()

  /** The weights, or a copy in another layout that `refresh` updates. */
  def inLayout(layout: Layout): Blob =
    if (stored.hasLayout(layout)) stored
    else {
      copies.find(_._1.hasLayout(layout)).map(_._1).getOrElse {
        val copy = context.blobOf(layout)
        val pass = new Pass(context)
        pass.native(context.reorder(stored, copy))
        pass.run()
        copies += ((copy, pass))
        copy
      }
    }

  def refresh(): Unit = copies.foreach(_._2.run())
}
