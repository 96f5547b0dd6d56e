package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.dllib.tensor.{Storage, Tensor}

/** dllib's tensors as consecutive parts of a flat vector. */
private[gan] object FlatTensors {
  /** Writes consecutive values of `flat` into the tensors. */
  def scatter(flat: Array[Float], offset: Int, tensors: Array[Tensor[Float]]): Unit = {
    var at = offset
    tensors.foreach { tensor =>
      val part = Tensor[Float](Storage[Float](flat), at + 1, tensor.size())
      tensor.copy(part)
      at += tensor.nElement()
    }
  }

  /** The reverse of `scatter`. */
  def gather(tensors: Array[Tensor[Float]], flat: Array[Float], offset: Int): Unit = {
    var at = offset
    tensors.foreach { tensor =>
      Tensor[Float](Storage[Float](flat), at + 1, tensor.size()).copy(tensor)
      at += tensor.nElement()
    }
  }
}
