package com.intel.analytics.bigdl.dllib.gan.model

import java.lang.reflect.Modifier

import com.intel.analytics.bigdl.dllib.gan.network.LayerSpec
import com.intel.analytics.bigdl.dllib.nn.abstractnn.AbstractModule
import org.json4s.JsonAST.{JArray, JBool, JDouble, JInt, JNothing, JObject, JString, JValue}

/**
 * A layer's spec as JSON, so that it can be computed elsewhere: its class, without "Spec", as `kind`,
 * and the values that it was made from, by their names. A spec is a case class, so this holds for all.
 */
private[gan] object SpecText {
  def of(spec: LayerSpec): JValue = value(spec)

  private def value(any: Any): JValue = any match {
    case number: Int => JInt(number)
    case number: Float => JDouble(number.toDouble)
    case number: Double => JDouble(number)
    case flag: Boolean => JBool(flag)
    case text: String => JString(text)
    case array: Array[_] => JArray(array.toList.map(value))
    case several: Seq[_] => JArray(several.toList.map(value))
    case option: Option[_] => option.map(value).getOrElse(JNothing)
    case module: AbstractModule[_, _, _] => JString(module.getClass.getSimpleName) // dllib runs it
    case tuple: Product if tuple.productPrefix.startsWith("Tuple") => JArray(tuple.productIterator.toList.map(value))
    case made: Product =>
      val kind = "kind" -> JString(made.productPrefix.stripSuffix("Spec"))
      JObject(kind :: names(made).zip(made.productIterator.toList.map(value)))
    case other => throw new IllegalStateException(s"A layer's spec must be made from values. Received: $other.")
  }

  /** A case class's first fields are its parameters, in their order. */
  private def names(made: Product): List[String] = made.getClass.getDeclaredFields.toList
    .filterNot(field => Modifier.isStatic(field.getModifiers)).map(_.getName).take(made.productArity)
}
