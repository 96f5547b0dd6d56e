package com.intel.analytics.bigdl.dllib.gan.model

import com.intel.analytics.bigdl.dllib.nn.BatchNormalization

/**
 * A node of the graph.
 *
 * @param name         the Keras layer's name and class, for messages
 * @param inputs       indices of the nodes whose output it takes
 * @param shape        its output's shape: (C, H, W), (F) or any other
 * @param weightOffset where its weights begin in the network's flat weight vector
 * @param weightCount  how many floats of it they are
 * @param stateOffset  where its running statistics begin in the flat state vector
 * @param stateCount   how many floats of it they are
 */
private[gan] case class Node(name: String, layer: LayerSpec, inputs: Array[Int],
  shape: Array[Int], weightOffset: Int, weightCount: Int, stateOffset: Int, stateCount: Int)
  extends Serializable {

  /** What it computes, of which nodes, in words that do not depend on names. */
  def kind: String = {
    val what = layer match {
      case ModuleSpec(module) => module.getClass.getSimpleName
      case other => other.toString.replaceFirst("Spec", "")
    }
    s"$what of ${inputs.mkString(", ")}, $weightCount weights"
  }

  /** The weight of the new batch in a batch norm's running statistics; none for other layers. */
  def momentum: Option[Double] = layer match {
    case BatchNormSpec(_, momentum) => Some(momentum)
    case ModuleSpec(module) => (module: Any) match {
      case norm: BatchNormalization[_] => Some(norm.momentum)
      case _ => None
    }
    case _ => None
  }
}

/** A network as a list of nodes in topological order; the first is the input, the last the output. */
private[gan] case class NetworkSpec(nodes: Array[Node]) extends Serializable {
  val inputShape: Array[Int] = nodes.head.shape
  val outputShape: Array[Int] = nodes.last.shape
  val weightCount: Int = nodes.map(_.weightCount).sum
  val stateCount: Int = nodes.map(_.stateCount).sum

  /** Whether a sample's output may depend on the other samples of its batch. */
  val mixesSamples: Boolean = nodes.exists(_.layer match {
    case _: BatchNormSpec | _: ModuleSpec => true
    case _ => false
  })
}
