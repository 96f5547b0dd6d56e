package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.native.DnnContext

/**
 * What a layer computes. Specs are sent to the executors, where each makes the operation that runs it.
 * Checkpoints store `kind`, so a spec's name and numbers must keep their text. Shapes leave out the
 * batch axis.
 */
private[gan] trait LayerSpec extends Serializable {
  /** Makes the operation for one place in a compiled network. */
  def compile(site: Site): Op

  /** What it computes, as text. */
  def kind: String = toString.replaceFirst("Spec", "")

  /** Whether MKL-DNN runs it; otherwise dllib does. */
  def isNative: Boolean = true

  /** Whether a sample's output may depend on the other samples of its batch. */
  def mixesSamples: Boolean = false

  /** The weight of the new batch in its running statistics, if it has any. */
  def runningMomentum: Option[Double] = None

  /**
   * The range of its outputs by Keras's name of the activation: "tanh", "sigmoid", ..., or "linear" if
   * there is no limit; none if it only moves values, so that the layer before it decides.
   */
  def end: Option[String] = Some("linear")

  /** Whether its output may overwrite its input if nothing else reads that. */
  def mayRunInPlace: Boolean = false

  /** Whether it treats all pixels alike, and so also runs on pixel-major tensors. */
  def treatsPixelsAlike: Boolean = false

  /**
   * Whether it has an operation for pixel-major tensors that is faster for this size.
   *
   * @param samples in each group
   */
  def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int], groups: Int,
    samples: Int): Boolean = false

  /**
   * One layer for this one followed by `next`, with its output's shape, if there is one.
   *
   * @param next  a module of dllib's without weights
   * @param shape of this layer's output
   */
  def followedBy(next: Module[Float], shape: Array[Int]): Option[(LayerSpec, Array[Int])] = None
}

/** A network's input. No operation computes it. */
private[gan] case object InputSpec extends LayerSpec {
  override def compile(site: Site): Op =
    throw new IllegalStateException("A network's input is given, not computed.")
}
