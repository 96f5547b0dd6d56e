package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import scala.util.control.NonFatal

import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Engine}
import com.intel.analytics.bigdl.mkl.MklDnn

/** MKL-DNN 0.19, which dllib's jar brings. */
private[gan] object MklDnnEngine extends Engine {
  override val name: String = "mkldnn"

  override def problem: Option[String] =
    try if (MklDnn.isLoaded) None else Some(problem("its library is missing")) catch {
      case failure @ (NonFatal(_) | _: LinkageError) => Some(problem(failure.toString.linesIterator.next()))
    }

  private def problem(reason: String): String =
    s"MKL-DNN could not be loaded: $reason. It needs x86-64 Linux, and a folder from which files may be " +
      s"executed. Received: ${System.getProperty("java.io.tmpdir")}. Name another one with " +
      "-Djava.io.tmpdir=FOLDER in spark.driver.extraJavaOptions and spark.executor.extraJavaOptions"

  override def context(): DnnContext = new MklDnnContext
}
