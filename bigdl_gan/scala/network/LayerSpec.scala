package com.intel.analytics.bigdl.dllib.gan.network

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.native.DnnContext

/**
 * What a layer computes. The value travels to the executors, where it creates the operation that
 * runs it. Its class and numbers, as `toString` gives them, are part of a checkpoint's description
 * of its networks. Shapes leave out the batch axis.
 */
private[gan] trait LayerSpec extends Serializable {
  /** Creates the operation for a place in a compiled network. */
  def compile(site: Site): Op

  /** What it computes, in words. Checkpoints store it. */
  def kind: String = toString.replaceFirst("Spec(?=\\(|$)", "")

  /** Whether an engine runs it, not dllib. */
  def isNative: Boolean = true

  /** Whether a sample's output may depend on the other samples of its batch. */
  def mixesSamples: Boolean = false

  /**
   * The dimensions (O, I, H, W) of the kernel that its weights begin with, if its operation finds it
   * in the flat vectors' own order: see `FlatOrder`.
   */
  def kernel(input: Array[Int], output: Array[Int]): Option[Array[Int]] = None

  /** How its output depends on its input. Other than Opaque, its operation must be a `TwiceOp`. */
  def dependence: Dependence = Dependence.Opaque

  /** The new batch's weight in the running statistics; None if there are none. */
  def runningMomentum: Option[Double] = None

  /**
   * Whether averages of its state are a state for averages of its weights. If not, the state for
   * these is zero, and the layer finds it when it gets the weights.
   */
  def mayAverageState: Boolean = true

  /**
   * What kind of output it has, in Keras's words: "tanh", "sigmoid" and so on; "linear" if it can
   * be anything; None if it only moves its input's values.
   */
  def end: Option[String] = Some("linear")

  /** Whether its output may overwrite its input, if nobody else needs that. */
  def mayRunInPlace: Boolean = false

  /** Whether it treats all pixels alike, so that it runs on pixel-major tensors unchanged. */
  def treatsPixelsAlike: Boolean = false

  /**
   * Whether it has an operation that runs only on pixel-major tensors, and should use it.
   *
   * @param samples in each group
   */
  def wantsPixelMajor(context: DnnContext, input: Array[Int], output: Array[Int], groups: Int,
    samples: Int): Boolean = false

  /**
   * A layer that does this one's work and then that of `next`, and its output's shape, if possible.
   *
   * @param next  a module without weights
   * @param shape this layer's output shape
   */
  def followedBy(next: Module[Float], shape: Array[Int]): Option[(LayerSpec, Array[Int])] = None
}

/** An input, which is not computed. */
private[gan] case object InputSpec extends LayerSpec {
  override def compile(site: Site): Op =
    throw new IllegalStateException("A network's input is given, not computed.")
}
