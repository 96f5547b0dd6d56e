package com.intel.analytics.bigdl.dllib.gan.model

import java.nio.{ByteBuffer, ByteOrder}

/** Flat vectors as Python has them: float32, little-endian. */
private[gan] object FlatBytes {
  def of(values: Array[Float]): Array[Byte] = {
    val buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN)
    buffer.asFloatBuffer().put(values)
    buffer.array()
  }

  def floats(bytes: Array[Byte]): Array[Float] = {
    val values = new Array[Float](bytes.length / 4)
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values)
    values
  }
}
