package com.intel.analytics.bigdl.dllib.gan.network

/**
 * A network as a list of nodes in topological order; the first is the input, the last the output. A
 * conditional network has a second input, node 1: a vector that tells of labels.
 */
private[gan] case class NetworkSpec(nodes: Array[Node]) extends Serializable {
  val inputShape: Array[Int] = nodes.head.shape
  val outputShape: Array[Int] = nodes.last.shape

  /** The nodes that compute something, and how many nodes come before them. */
  val layers: Array[Node] = nodes.filter(_.inputs.nonEmpty)
  val inputCount: Int = nodes.length - layers.length

  /** The numbers in a label vector; 0 if the network is not conditional. */
  val labelCount: Int = nodes.slice(1, inputCount).map(_.shape.product).sum
  val weightCount: Int = nodes.map(_.weightCount).sum
  val stateCount: Int = nodes.map(_.stateCount).sum

  /** Whether a sample's output may depend on the other samples of its batch. */
  val mixesSamples: Boolean = nodes.exists(_.layer.mixesSamples)

  /** Whether second derivatives by the input are zero wherever they exist. */
  val isPiecewiseLinear: Boolean = layers.map(_.layer.dependence).forall(dependence =>
    dependence == Dependence.Linear || dependence == Dependence.PiecewiseLinear)

  /** Whether dllib runs some of the layers. */
  val usesDllib: Boolean = nodes.exists(!_.layer.isNative)

  /** Where the kernels that have the flat vectors' own order begin, and their dimensions. */
  def kernels: Seq[(Int, Array[Int])] = layers.toSeq.flatMap(node =>
    node.layer.kernel(nodes(node.inputs(0)).shape, node.shape).map(node.weightOffset -> _))

  /** The kind of its outputs: the last layer decides that does more than move values. */
  def end: String = end(nodes.last)

  private def end(node: Node): String = node.layer.end.getOrElse(end(nodes(node.inputs(0))))
}
