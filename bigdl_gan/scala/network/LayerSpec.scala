package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.native.DnnContext

/**
 * What a layer computes: a value that travels to the executors, where it makes the operation that
 * runs it. Its class and numbers, as `toString` gives them, are part of what a checkpoint says of its
 * networks. Shapes leave out the batch axis.
 */
private[gan] trait LayerSpec extends Serializable {
  /** The operation at its place in a compiled network. */
  def compile(site: Site): Op

  /** What it computes, in words. */
  def kind: String = toString.replaceFirst("Spec", "")

  /** Whether MKL-DNN runs it, and not dllib. */
  def isNative: Boolean = true

  /** Whether a sample's output may depend on the other samples of its batch. */
  def mixesSamples: Boolean = false

  /** The weight of the new batch in its running statistics; none where it has none. */
  def runningMomentum: Option[Double] = None

  /**
   * What its outputs can be, in Keras's words: "tanh", "sigmoid" and so on, "linear" where they can be
   * anything; none where it moves its input's values and changes none.
   */
  def end: Option[String] = Some("linear")

  /** Whether its output may take the place of its input, where nobody else needs that. */
  def mayRunInPlace: Boolean = false

  /** Whether it treats all pixels alike, and so runs on pixel-major tensors as on any other. */
  def treatsPixelsAlike: Boolean = false

  /**
   * Whether it can run on pixel-major tensors alone as one of its operations, and should.
   *
   * @param samples of each of the groups
   */
  def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int], groups: Int,
    samples: Int): Boolean = false

  /**
   * The layer that does what this one and then `next` do, and its output's shape, where there is one.
   *
   * @param next  a module without weights
   * @param shape of this layer's output
   */
  def followedBy(next: Module[Float], shape: Array[Int]): Option[(LayerSpec, Array[Int])] = None
}

/** A network's input, which no operation computes. */
private[gan] case object InputSpec extends LayerSpec {
  override def compile(site: Site): Op =
    throw new IllegalStateException("A network's input is given, not computed.")
}
