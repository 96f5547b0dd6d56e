package com.intel.analytics.bigdl.dllib.gan.model

import java.nio.ByteBuffer
import java.security.MessageDigest

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.network.{FlatTensors, NetworkSpec, TrainedNetwork}
import com.intel.analytics.bigdl.dllib.tensor.Tensor

/**
 * A lowered network, and the modules that its weights and running statistics belong to.
 *
 * @param clips whether the network declares that its images are clipped when they are written
 */
private[gan] final class Lowered(val spec: NetworkSpec,
  modules: Seq[Module[Float]], val clips: Boolean) {

  private def parameters: Array[Tensor[Float]] =
    modules.flatMap(m => Option(m.parameters()).map(_._1.toSeq).getOrElse(Nil)).toArray

  private def statistics: Array[Tensor[Float]] =
    modules.flatMap(m => Option(m.getExtraParameter()).map(_.toSeq).getOrElse(Nil)).toArray

  def weights: Array[Float] = collect(parameters, spec.weightCount)
  def state: Array[Float] = collect(statistics, spec.stateCount)
  def trained: TrainedNetwork = TrainedNetwork(spec, weights, state)
  def store(weights: Array[Float], state: Array[Float]): Unit = {
    FlatTensors.scatter(weights, 0, parameters)
    FlatTensors.scatter(state, 0, statistics)
  }

  /** SHA-256 of weights and running statistics, in hexadecimal digits. */
  def sha256: String = {
    val digest = MessageDigest.getInstance("SHA-256")
    Seq(weights, state).foreach(_.grouped(Lowered.BlockLength).foreach { values =>
      val block = ByteBuffer.allocate(4 * values.length)
      block.asFloatBuffer().put(values)
      digest.update(block.array())
    })
    digest.digest().map(b => f"$b%02x").mkString
  }

  private def collect(tensors: Array[Tensor[Float]], count: Int): Array[Float] = {
    val flat = new Array[Float](count)
    FlatTensors.gather(tensors, flat, 0)
    flat
  }
}

private[gan] object Lowered {
  private val BlockLength = 1 << 16
}
