package com.intel.analytics.bigdl.dllib.gan.model

import com.intel.analytics.bigdl.dllib.nn.abstractnn.{AbstractModule, Activity}

/** What a node of a lowered network computes. Shapes leave out the batch axis. */
private[gan] sealed trait LayerSpec extends Serializable

private[gan] case object InputSpec extends LayerSpec
private[gan] case class ConvolutionSpec(window: Window, bias: Boolean) extends LayerSpec

/** The transpose of the convolution with this window, which maps this layer's output to its input. */
private[gan] case class DeconvolutionSpec(window: Window, bias: Boolean) extends LayerSpec
private[gan] case class DenseSpec(bias: Boolean) extends LayerSpec

/** `momentum` is the weight of the new batch in the running averages. */
private[gan] case class BatchNormSpec(epsilon: Float, momentum: Float) extends LayerSpec
private[gan] case class ElementwiseSpec(algorithm: Int, alpha: Float) extends LayerSpec
private[gan] case class PoolingSpec(algorithm: Int, window: Window) extends LayerSpec
private[gan] case class DropoutSpec(probability: Float) extends LayerSpec
private[gan] case class UpSamplingSpec(factor: (Int, Int)) extends LayerSpec

/** `axis` counts from 0 over the shape without the batch. */
private[gan] case class ConcatSpec(axis: Int) extends LayerSpec
private[gan] case object AddSpec extends LayerSpec
private[gan] case object ReshapeSpec extends LayerSpec

/** A layer with no native counterpart, run by dllib itself. */
private[gan] case class ModuleSpec(module: AbstractModule[Activity, Activity, Float])
  extends LayerSpec
