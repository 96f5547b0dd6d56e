package com.intel.analytics.bigdl.dllib.gan.data

import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory

/**
 * How a row's label is kept: in bytes behind its image's own, so that it is dealt, hashed and stored
 * with them. A network takes it as a vector.
 *
 * @param count    the numbers in that vector; 0 if there are no labels
 * @param isOneHot whether a label is one of `count` classes; if not, `count` attributes that are 0 or 1
 */
private[gan] final case class LabelCode(count: Int, isOneHot: Boolean) {
  /** What a label takes behind an image. */
  val bytes: Int = if (count == 0) 0 else if (isOneHot) LabelCode.ClassBytes else count

  /** @param label a class's number, or a sequence of attributes */
  def encode(label: Any): Array[Byte] = label match {
    case number: Int if isOneHot => Array(number.toByte, (number >> 8).toByte)
    case values: scala.collection.Seq[_] if !isOneHot && !values.contains(null) =>
      values.map(_.asInstanceOf[Int].toByte).toArray
    case _ => throw new IllegalArgumentException("Labels must not change between two readings of the " +
      s"DataFrame. Received: $label. Write the DataFrame to a table first, or cache it.")
  }

  /** Of one-hot labels: the class whose bytes begin at `from`. */
  def classAt(record: Array[Byte], from: Int): Int =
    (record(from) & 0xff) | (record(from + 1) & 0xff) << 8

  /** Writes the vector whose bytes begin at `from`: `count` floats. */
  def decode(record: Array[Byte], from: Int, target: Long): Unit = {
    val one = if (isOneHot) classAt(record, from) else -1
    var i = 0
    while (i < count) {
      val value = if (isOneHot) { if (i == one) 1f else 0f } else record(from + i).toFloat
      NativeMemory.unsafe.putFloat(target + 4L * i, value)
      i += 1
    }
  }
}

private[gan] object LabelCode {
  private val ClassBytes = 2

  val None: LabelCode = LabelCode(0, isOneHot = true)
}
