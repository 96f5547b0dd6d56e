package com.intel.analytics.bigdl.dllib.gan.model

import scala.collection.JavaConverters._
import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.layers.{CoreLayer, CoreModule}
import com.intel.analytics.bigdl.dllib.nn.abstractnn.AbstractModule
import com.intel.analytics.bigdl.serialization.Bigdl.{AttrValue, BigDLModule, BigDLTensor}
import com.intel.analytics.bigdl.serialization.Bigdl.{DataType, NameAttrList, TensorStorage, TensorType}

/**
 * Checks a complete message before dllib builds layers from it.
 *
 * dllib initialises any class that a message names as a module's type, and hands attributes of type
 * CUSTOM to converters that read serialised Java objects. Here every type must be a dllib layer
 * (checked without initialising it) or `CoreModule` with a valid description, and no attribute may
 * be CUSTOM. A number of elements must be
 * the number that is there, because dllib allocates memory for it.
 */
private[gan] final class NetworkCheck private {
  private val tensors = mutable.ArrayBuffer[(String, BigDLTensor)]()
  private val lengths = mutable.Map[Int, Long]() // of storages, by id
  private val weights = mutable.Map[Int, BigInt]() // of layers, at least, by id

  private def check(message: BigDLModule): Unit = {
    module(message)
    tensors.foreach { case (place, tensor) => extent(place, tensor) }
    // a weight that several layers share is stored once
    val (needed, there) = (weights.values.sum, lengths.values.sum)
    if (needed > 8 * BigInt(there)) refuse(s"layers of $needed weights, but only $there numbers")
  }

  private def module(m: BigDLModule): Unit = {
    val kind = m.getModuleType
    if (kind.nonEmpty) layer(kind) // to dllib, a module without a type is none
    attributes(kind, m.getAttrMap)
    weights(m.getId) = if (kind == CoreModule.ClassName) core(m) else leastWeights(m.getAttrMap)
    m.getSubModulesList.asScala.foreach(module)
    (Seq(m.getWeight, m.getBias) ++ m.getParametersList.asScala).foreach(tensor(kind, _))
    (m.getInputScalesList.asScala ++ m.getOutputScalesList.asScala ++ m.getWeightScalesList.asScala)
      .foreach(attribute(s"$kind.scales", _))
  }

  private def layer(kind: String): Unit = if (kind != CoreModule.ClassName) {
    if (!kind.matches(NetworkCheck.Layers)) refuse(s"the class $kind")
    val known = try {
      val loaded = Class.forName(kind, false, classOf[AbstractModule[_, _, _]].getClassLoader)
      classOf[AbstractModule[_, _, _]].isAssignableFrom(loaded)
    } catch { case _: ClassNotFoundException | _: LinkageError => false }
    if (!known) refuse(s"the class $kind, which is not a dllib layer")
  }

  /** The number of weights of a layer that is ours, after a check of its description. */
  private def core(m: BigDLModule): BigInt = try {
    val described = Option(m.getAttrMap.get(NetworkCheck.Description)).map(_.getStringValue)
    val layer = CoreLayer.of(described.getOrElse(refuse("a layer without a description")))
    layer.weightCount + layer.stateCount
  } catch { case error: IllegalArgumentException => refuse(s"a layer that is none (${error.getMessage})") }

  /** The fewest weights for a layer's inputs and outputs: it allocates them when it is built. */
  private def leastWeights(values: java.util.Map[String, AttrValue]): BigInt = {
    def number(name: String, otherwise: Int): BigInt =
      Option(values.get(name)).map(_.getInt32Value).getOrElse(otherwise).max(0)
    NetworkCheck.Sides.map { case (in, out) => number(in, 0) * number(out, 0) }.max /
      number("nGroup", 1).max(1)
  }

  private def attributes(kind: String, values: java.util.Map[String, AttrValue]): Unit =
    values.asScala.foreach { case (name, value) => attribute(s"$kind.$name", value) }

  private def attribute(place: String, value: AttrValue): Unit = {
    if (value.getDataType == DataType.CUSTOM || value.hasCustomValue) custom(place)
    module(value.getBigDLModuleValue)
    list(place, value.getNameAttrListValue)
    if (value.hasTensorValue) tensor(place, value.getTensorValue)
    if (value.hasArrayValue) array(place, value.getArrayValue)
  }

  private def list(place: String, list: NameAttrList): Unit = attributes(place, list.getAttrMap)

  private def array(place: String, values: AttrValue.ArrayValue): Unit = {
    if (values.getDatatype == DataType.CUSTOM || values.getCustomCount > 0) custom(place)
    val count = Seq(values.getI32Count, values.getI64Count, values.getFltCount, values.getDblCount,
      values.getStrCount, values.getBooleanCount, values.getRegularizerCount, values.getTensorCount,
      values.getVariableFormatCount, values.getInitMethodCount, values.getBigDLModuleCount,
      values.getNameAttrListCount, values.getDataFormatCount, values.getShapeCount).max
    if (values.getSize > count) refuse(s"$place, an array of ${values.getSize} with $count elements")
    values.getBigDLModuleList.asScala.foreach(module)
    values.getNameAttrListList.asScala.foreach(list(place, _))
    values.getTensorList.asScala.foreach(tensor(place, _))
  }

  private def tensor(place: String, value: BigDLTensor): Unit = {
    if (value.getTensorType != TensorType.DENSE) refuse(s"$place, a tensor that is not dense")
    val storage = value.getStorage
    lengths(storage.getId) = math.max(lengths.getOrElse(storage.getId, 0L), count(storage))
    tensors += place -> value
  }

  private def count(s: TensorStorage): Long = Seq(s.getFloatDataCount, s.getDoubleDataCount,
    s.getBoolDataCount, s.getStringDataCount, s.getIntDataCount, s.getLongDataCount,
    s.getBytesDataCount).max.toLong

  /** dllib enlarges a storage that is too small for a tensor. */
  private def extent(place: String, tensor: BigDLTensor): Unit = {
    val sizes = tensor.getSizeList.asScala.map(_.toLong)
    val strides = tensor.getStrideList.asScala.map(_.toLong)
    val reach = BigInt(tensor.getOffset) + sizes.zip(strides).map { case (size, stride) =>
      BigInt(size - 1) * stride
    }.sum
    val length = lengths(tensor.getStorage.getId)
    val isOdd = sizes.length != strides.length || tensor.getOffset < 0 ||
      (sizes ++ strides).exists(_ < 0)
    if (isOdd || (reach > length && reach > 1)) {
      refuse(s"$place, a tensor of ${sizes.mkString("x")} in a storage of $length numbers")
    }
  }

  private def custom(place: String): Nothing = refuse(s"$place, a serialised object")

  private def refuse(what: String): Nothing = throw Refused(what)
}

/** What a network's file holds but must not. */
private[gan] final case class Refused(what: String) extends RuntimeException(what)

private[gan] object NetworkCheck {
  /** @throws Refused if it must not be loaded */
  def apply(message: BigDLModule): Unit = new NetworkCheck().check(message)

  /** Attributes that give both sides of a weight matrix, or of a kernel's matrix at each pixel. */
  private val Sides = Seq("inputSize" -> "outputSize", "inputSize" -> "hiddenSize",
    "nInputPlane" -> "nOutputPlane", "nIndex" -> "nOutput")

  private val Description = "layer" // the constructor's argument of `CoreModule`

  /** The packages of dllib's layers, also of its models and autograd. */
  private val Layers =
    """com\.intel\.analytics\.bigdl\.dllib\.(nn|nn\.internal|nn\.onnx|keras|keras\.models|""" +
      """keras\.autograd|keras\.layers|keras\.layers\.internal)\.\w+"""
}
