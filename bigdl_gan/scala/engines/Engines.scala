package com.intel.analytics.bigdl.dllib.gan.engines

import com.intel.analytics.bigdl.dllib.gan.native.mkldnn.MklDnnEngine
import com.intel.analytics.bigdl.dllib.gan.native.onednn.OneDnnEngine
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Engine}

/** The native libraries that networks can run on. */
private[gan] object Engines {
  /** The JVM's property that names the engine of all contexts; for tests. */
  val Property = "bigdl_gan.engine"

  private val all: Seq[Engine] = Seq(MklDnnEngine, OneDnnEngine)

  def names: Seq[String] = all.map(_.name)

  def named(name: String): Engine = all.find(_.name == name).getOrElse(
    throw new IllegalArgumentException(
      s"An engine must be ${names.mkString(" or ")}. Received: $name."))

  /** What contexts are made by. */
  def chosen: Engine = Option(System.getProperty(Property)).map(named).getOrElse(all.head)

  /** Has `name` make this JVM's contexts from now on; the default if it is "". */
  def choose(name: String): Unit =
    if (name.isEmpty) System.clearProperty(Property) else System.setProperty(Property, named(name).name)

  /** New native objects, for the calling thread. */
  def context(): DnnContext = chosen.context()
}
