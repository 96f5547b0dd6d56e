package com.intel.analytics.bigdl.dllib.gan.layers

import org.json4s.JsonAST.{JArray, JBool, JDouble, JInt, JObject, JString, JValue}

/** A layer's description, a JSON object, which may come from anybody. Every value is checked. */
private[gan] final class LayerText(values: Map[String, JValue]) {
  def word(name: String): String = value(name) match {
    case JString(text) => text
    case _ => refuse(name, "be text")
  }

  def flag(name: String): Boolean = value(name) match {
    case JBool(flag) => flag
    case _ => refuse(name, "be true or false")
  }

  def integer(name: String, least: Int): Int = value(name) match {
    case JInt(number) if number >= least && number.isValidInt => number.toInt
    case _ => refuse(name, s"be an integer of at least $least")
  }

  /** An integer that may be left out. */
  def integer(name: String, least: Int, otherwise: Int): Int =
    if (values.contains(name)) integer(name, least) else otherwise

  def number(name: String, above: Double): Double = value(name) match {
    case JDouble(number) if number > above && !number.isInfinity => number
    case JInt(number) if number.toDouble > above => number.toDouble
    case _ => refuse(name, s"be a number above $above")
  }

  /** Positive integers, whose product is an Int too. */
  def shape(name: String): Array[Int] = shape(value(name)).getOrElse(refuse(name, "be a shape"))

  /** A list of shapes. */
  def shapes(name: String): Seq[Array[Int]] = value(name) match {
    case JArray(items) => items.map(shape(_).getOrElse(refuse(name, "be shapes")))
    case _ => refuse(name, "be shapes")
  }

  private def shape(value: JValue): Option[Array[Int]] = value match {
    case JArray(sizes) if sizes.nonEmpty && sizes.forall(isPositive) &&
      sizes.map(size).product.isValidInt => Some(sizes.map(size(_).toInt).toArray)
    case _ => None
  }

  /** (channels, height, width). */
  def image(name: String): Array[Int] = {
    val sizes = shape(name)
    if (sizes.length != 3) refuse(name, "be (channels, height, width)")
    sizes
  }

  def pair(name: String): (Int, Int) = shape(name) match {
    case Array(height, width) => (height, width)
    case _ => refuse(name, "be (height, width)")
  }

  private def isPositive(value: JValue): Boolean = size(value) > 0

  private def size(value: JValue): BigInt = value match {
    case JInt(number) => number
    case _ => BigInt(0)
  }

  /** A layer within this one. */
  def layer(name: String): CoreLayer = value(name) match {
    case inner: JObject => CoreLayer.of(inner)
    case _ => refuse(name, "be a layer")
  }

  def refuse(name: String, rule: String): Nothing = throw new IllegalArgumentException(
    s"A layer's `$name` must $rule. Received: $name=${values.get(name)}.")

  private def value(name: String): JValue = values.getOrElse(name, refuse(name, "be there"))
}
