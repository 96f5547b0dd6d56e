package com.intel.analytics.bigdl.dllib.gan.layers

import com.intel.analytics.bigdl.dllib.gan.network.LayerSpec
import org.json4s.JsonAST.JObject
import org.json4s.jackson.JsonMethods.parse

/**
 * A layer that dllib lacks, or lacks in this form: what it computes, and its tensors.
 *
 * @param input      its input's shape, and `output` its output's, without the batch axis
 * @param weights    the weights' shapes, in the order of the flat vector
 * @param stateCount how many floats its state is
 * @param matrix     its kernel's tensor (A, R, B), as a matrix of R rows and A x B columns, if any
 */
private[gan] final case class CoreLayer(spec: LayerSpec, input: Array[Int], output: Array[Int],
  weights: Seq[Array[Int]], stateCount: Int = 0, matrix: Option[(Int, Int, Int)] = None) {

  /** May exceed an Int, because a description may come from anybody. */
  def weightCount: BigInt = weights.map(_.map(BigInt(_)).product).sum
}

private[gan] object CoreLayer {
  private val Kinds = Map[String, LayerText => CoreLayer](
    "Conv2D" -> (KernelText.convolution(_)),
    "Conv2DTranspose" -> (KernelText.transposed(_)),
    "Dense" -> (KernelText.dense(_)),
    "GroupNormalization" -> (GroupNormSpec.of(_)),
    "InstanceNormalization" -> (GroupNormSpec.of(_)),
    "LayerNormalization" -> (LayerNormSpec.of(_)),
    "PixelNormalization" -> (PixelNormSpec.of(_)),
    "Rescaling" -> (ElementwiseSpec.rescaling(_)),
    "SiLU" -> (SiluSpec.of(_)),
    "SpectralNormalization" -> (SpectralNormSpec.of(_)))

  /**
   * The layer that a description means; allocates no tensors.
   *
   * @param text JSON with Keras's names: the kind "layer", the shape "input", and arguments
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
