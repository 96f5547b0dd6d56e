package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.network.LayerSpec
import com.intel.analytics.bigdl.dllib.nn.abstractnn.DataFormat

/**
 * Decides which layer runs a dllib module. The rule for dllib's `nn.Linear`, and for subclasses
 * without a rule of their own, is this package's object `LinearRule`. It stands beside its spec, so
 * there is no list of rules.
 */
private[gan] abstract class LayerRule[M] {
  /**
   * The layer and its output's shape; None if dllib has to run the module.
   *
   * @param inputs the shapes of its inputs
   */
  def apply(module: M, inputs: Seq[Array[Int]]): Option[(LayerSpec, Array[Int])]
}

private[gan] object LayerRule {
  private val Dllibs = "com.intel.analytics.bigdl.dllib.nn."
  private val Package = getClass.getName.stripSuffix("LayerRule$")

  /** Applies the rule for a module. dllib runs frozen layers, because it knows how to freeze. */
  def of(module: Module[Float], inputs: Seq[Array[Int]]): Option[(LayerSpec, Array[Int])] =
    if (module.getScaleW() != 1.0 || module.getScaleB() != 1.0) None
    else (module: Any) match {
      case core: CoreModule[_] => ofCore(core.definition, inputs)
      case _ => ofDllib(module, inputs)
    }

  private def ofCore(layer: CoreLayer, inputs: Seq[Array[Int]]): Option[(LayerSpec, Array[Int])] =
    if (inputs.map(_.toSeq) == layer.inputs.map(_.toSeq)) Some((layer.spec, layer.output)) else None

  private def ofDllib(module: Module[Float], inputs: Seq[Array[Int]])
  : Option[(LayerSpec, Array[Int])] = {
    val classes = Iterator.iterate[Class[_]](module.getClass)(_.getSuperclass).takeWhile(_ != null)
    val rules = classes.map(_.getName).filter(_.startsWith(Dllibs)).map(_.stripPrefix(Dllibs))
      .flatMap(find(_).toIterator)
    if (rules.hasNext) rules.next()(module, inputs) else None
  }

  private def find(name: String): Option[LayerRule[Module[Float]]] = try {
    val found = Class.forName(s"$Package${name}Rule$$", true, getClass.getClassLoader)
    Some(found.getField("MODULE$").get(null).asInstanceOf[LayerRule[Module[Float]]])
  } catch { case _: ClassNotFoundException => None }

  def isChannelsFirst(format: DataFormat): Boolean = format == DataFormat.NCHW

  /** A private constructor argument of a dllib module, for which there is no accessor. */
  def field[A](module: AnyRef, name: String): A = {
    val found = Iterator.iterate[Class[_]](module.getClass)(_.getSuperclass).takeWhile(_ != null)
      .flatMap(_.getDeclaredFields).find(f => f.getName == name || f.getName.endsWith("$" + name))
      .getOrElse(throw new IllegalStateException(
        s"${module.getClass.getName} has no field $name: this is another version of dllib."))
    found.setAccessible(true)
    found.get(module).asInstanceOf[A]
  }
}
