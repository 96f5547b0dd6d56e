package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Engine}

/** oneDNN 3.2, which our jar brings. */
private[gan] object OneDnnEngine extends Engine {
  override val name = "onednn"

  override def problem: Option[String] = Libraries.problem

  override def context(): DnnContext = {
    problem.foreach(text => throw new IllegalStateException(text + "."))
    new OneDnnContext
  }
}
