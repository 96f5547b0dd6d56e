package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import scala.util.control.NonFatal

import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Engine}
import com.intel.analytics.bigdl.mkl.MklDnn

/** MKL-DNN 0.19, which dllib's jar brings. */
private[gan] object MklDnnEngine extends Engine {
  override val name: String = "mkldnn"

  override def problem: Option[String] =
    try if (MklDnn.isLoaded) None else Some("MKL-DNN is not loaded") catch {
      case failure @ (NonFatal(_) | _: LinkageError) => Some(failure.toString.linesIterator.next())
    }

  override def context(): DnnContext = new MklDnnContext
}
