package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.network.{LayerSpec, Op, Site}
import com.intel.analytics.bigdl.dllib.gan.ops.ModuleOp
import com.intel.analytics.bigdl.dllib.nn.BatchNormalization

/** A module that has no layer here, so dllib runs it. */
private[gan] case class ModuleSpec(module: Module[Float]) extends LayerSpec {
  override def compile(site: Site): Op = new ModuleOp(site, module)
  override def kind: String = module.getClass.getSimpleName
  override def isNative: Boolean = false
  override def mixesSamples: Boolean = true // it may: nothing is known about it
  override def end: Option[String] = Some(module.getClass.getSimpleName.toLowerCase)

  override def runningMomentum: Option[Double] = (module: Any) match {
    case norm: BatchNormalization[_] => Some(norm.momentum)
    case _ => None
  }
}
