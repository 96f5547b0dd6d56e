package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.LayerSpec
import org.json4s.JsonAST.JObject
import org.json4s.jackson.JsonMethods.parse

/**
 * A layer that dllib lacks, or lacks in this form: what it computes, and its tensors.
 *
 * @param input   its input's shape, and `output` its output's, without the batch axis
 * @param weights the weights' shapes, in the order of the flat vector
 * @param state   a new layer's state: runs of equal floats, how many and which
 * @param matrix  its kernel's tensor (A, R, B), as a matrix of R rows and A x B columns, if any
 * @param others  the shapes of its inputs after the first
 */
private[gan] final case class CoreLayer(spec: LayerSpec, input: Array[Int], output: Array[Int],
  weights: Seq[Array[Int]], state: Seq[(Int, Float)] = Nil, matrix: Option[(Int, Int, Int)] = None,
  others: Seq[Array[Int]] = Nil) {

  def inputs: Seq[Array[Int]] = input +: others

  /** May exceed an Int, because a description may come from anybody. */
  def weightCount: BigInt = weights.map(_.map(BigInt(_)).product).sum

  /** Likewise. */
  def stateCount: BigInt = state.map { case (count, _) => BigInt(count) }.sum
}

private[gan] object CoreLayer {
  private val Kinds = Map[String, LayerText => CoreLayer](
    "ConditionalBatchNormalization" -> (ConditionalNormSpec.of(_)),
    "Conv2D" -> (KernelText.convolution(_)),
    "Conv2DTranspose" -> (KernelText.transposed(_)),
    "Dense" -> (KernelText.dense(_)),
    "DepthwiseConv2D" -> (KernelText.depthwise(_)),
    "Dot" -> (DotSpec.of(_)),
    "Embedding" -> (KernelText.embedding(_)),
    "FilteredDownSampling2D" -> (FilteredSamplingSpec.down(_)),
    "FilteredUpSampling2D" -> (FilteredSamplingSpec.up(_)),
    "GELU" -> (GeluSpec.of(_)),
    "GroupNormalization" -> (GroupNormSpec.of(_)),
    "InstanceNormalization" -> (GroupNormSpec.of(_)),
    "LayerNormalization" -> (LayerNormSpec.of(_)),
    "Multiply" -> (MultiplySpec.of(_)),
    "PixelNormalization" -> (PixelNormSpec.of(_)),
    "Rescaling" -> (ElementwiseSpec.rescaling(_)),
    "SiLU" -> (SiluSpec.of(_)),
    "SpectralNormalization" -> (SpectralNormSpec.of(_)),
    "UpSampling2D" -> (BilinearUpSamplingSpec.of(_)))

  /**
   * The layer that a description means; allocates no tensors.
   *
   * @param text JSON with Keras's names: the kind "layer", the shape "input", or the shapes "inputs" if
   *             it takes several, and arguments
   * @throws IllegalArgumentException if it means none
   */
  def of(text: String): CoreLayer = parsed(text) match {
    case layer: JObject => of(layer)
    case other => throw new IllegalArgumentException(s"A layer must be an object. Received: $other.")
  }

  def of(values: JObject): CoreLayer = {
    val text = new LayerText(values.obj.toMap)
    Kinds.getOrElse(text.word("layer"), text.refuse("layer",
      s"be one of ${Kinds.keys.toSeq.sorted.mkString(", ")}"))(text)
  }

  /** A layer's kind, by Keras's name. */
  def kind(text: String): String = parsed(text) match {
    case JObject(values) => new LayerText(values.toMap).word("layer")
    case other => throw new IllegalArgumentException(s"A layer must be an object. Received: $other.")
  }

  private def parsed(text: String) = try parse(text) catch {
    case error: com.fasterxml.jackson.core.JsonProcessingException =>
      throw new IllegalArgumentException(s"A layer must be JSON. Received: ${error.getMessage}", error)
  }
}
