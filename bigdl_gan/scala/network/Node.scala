package com.intel.analytics.bigdl.dllib.gan.network

/**
 * A node of the graph.
 *
 * @param name         the Keras layer's name and class, for messages
 * @param inputs       indices of the nodes whose outputs it takes; none if it is an input
 * @param shape        its output's shape: (C, H, W), (F) or any other
 * @param weightOffset where its weights begin in the network's flat weight vector
 * @param weightCount  how many floats its weights are
 * @param stateOffset  where its running statistics begin in the flat state vector
 * @param stateCount   how many floats its running statistics are
 */
private[gan] case class Node(name: String, layer: LayerSpec, inputs: Array[Int],
  shape: Array[Int], weightOffset: Int, weightCount: Int, stateOffset: Int, stateCount: Int)
  extends Serializable {

  /** What it computes from which nodes, without their names. Checkpoints store these words. */
  def kind: String = s"${layer.kind} of ${inputs.mkString(", ")}, $weightCount weights"
}
