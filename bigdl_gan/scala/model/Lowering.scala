package com.intel.analytics.bigdl.dllib.gan.model

import scala.collection.mutable
import scala.util.control.NonFatal

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.layers.{LayerRule, ModuleSpec}
import com.intel.analytics.bigdl.dllib.gan.network.{InputSpec, NetworkSpec, Node}
import com.intel.analytics.bigdl.dllib.nn._
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity
import com.intel.analytics.bigdl.dllib.nn.internal.KerasLayer
import com.intel.analytics.bigdl.dllib.tensor.Tensor
import com.intel.analytics.bigdl.dllib.utils.{MultiShape, Shape, SingleShape, T, Table}

/** Turns a dllib Keras model into a list of nodes for MKL-DNN. */
private[gan] object Lowering {
  /** The layer's name that declares that a network's images are clipped (Python's layers). */
  private val ClippedImages = "clipped_images"

  /** @throws IllegalArgumentException if a layer cannot run; it names the layer */
  def lower(model: Module[Float], role: String): Lowered = {
    val walk = new Walk(role)
    val inputs = shapes(model.getInputShape()).getOrElse(walk.refuse(role,
      s"its input is ${model.getInputShape()}; it must be one tensor of known shape, or that and a label vector"))
    inputs.foreach(walk.begin)
    val last = walk.visit(model, inputs.indices, role)
    walk.finish(last)
  }

  /** The shapes of one input, or of two if the second is a vector; without the batch axis. */
  private def shapes(shape: Shape): Option[Seq[Array[Int]]] = shape match {
    case single: SingleShape => Some(Seq(single.toSingle().toArray.drop(1)))
    case multi: MultiShape =>
      val all = multi.toMulti().map(shapes)
      if (all.contains(None)) None
      else Some(all.flatMap(_.get)).filter(found => found.length == 2 && found(1).length == 1)
    case _ => None
  }

  private final class Walk(role: String) {
    private val nodes = mutable.ArrayBuffer[Node]()
    private val modules = mutable.ArrayBuffer[Module[Float]]()
    private var weightCount = 0
    private var stateCount = 0
    private var clips = false

    def begin(shape: Array[Int]): Unit =
      nodes += Node("input", InputSpec, Array(), shape, 0, 0, 0, 0)

    def finish(last: Int): Lowered = {
      if (last != nodes.length - 1) refuse(nodes.last.name, "its output is not used")
      new Lowered(NetworkSpec(nodes.toArray), modules, clips)
    }

    def refuse(name: String, why: String): Nothing = throw new IllegalArgumentException(
      s"Every layer of the $role must be able to run. Received: $name, but $why.")

    /** Adds what `module` computes from the nodes `inputs`; returns its output's node. */
    def visit(module: Module[Float], inputs: Seq[Int], name: String): Int = (module: Any) match {
      case container: Sequential[_] if !foldsBatch(container) =>
        container.modules.foldLeft(inputs)((in, child) =>
          Seq(visit(child.asInstanceOf[Module[Float]], in, name))).head
      case graph: StaticGraph[_] => visitGraph(graph.asInstanceOf[StaticGraph[Float]], inputs, name)
      case keras: KerasLayer[_, _, _] =>
        clips ||= keras.getName() == Lowering.ClippedImages
        visit(keras.labor.asInstanceOf[Module[Float]], inputs,
          s"${keras.getClass.getSimpleName} '${keras.getName()}'")
      case _: Input[_] | _: Identity[_] => inputs.head
      case _ => add(module, inputs, name)
    }

    private def visitGraph(graph: StaticGraph[Float], inputs: Seq[Int], name: String): Int = {
      if (graph.inputs.length != inputs.length || graph.outputs.length != 1) {
        refuse(name, s"it has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs; it must have " +
          (if (inputs.length == 1) "one of each" else s"${inputs.length} inputs and one output") + " here")
      }
      val done = mutable.Map[AnyRef, Int]()
      graph.getSortedForwardExecutions().foreach { execution =>
        if (execution.prevNodesAndEdges.exists(_._2.fromIndex.isDefined)) {
          refuse(name, "it selects one of several outputs")
        }
        val sources = graph.inputs.indexWhere(_.eq(execution)) match {
          case -1 => execution.prevNodes.filter(done.contains).map(done(_))
          case input => Seq(inputs(input))
        }
        done(execution) = visit(execution.element, sources, name)
      }
      done(graph.outputs.head)
    }

    /** Whether a container has a reshape that moves values between the batch and other axes. */
    private def foldsBatch(container: Sequential[_]): Boolean =
      container.modules.exists(child => (child: Any) match {
        case reshape: InferReshape[_] => !reshape.batchMode
        case _ => false
      })

    private def add(module: Module[Float], inputs: Seq[Int], name: String): Int = {
      if (modules.exists(_.eq(module))) refuse(name, "it is used twice; give each use its own layer")
      fuse(module, inputs).getOrElse(append(module, inputs, name))
    }

    /** Fuses `module` into the last node if that node's layer can do its work too. */
    private def fuse(module: Module[Float], inputs: Seq[Int]): Option[Int] = {
      val (id, last) = (nodes.length - 1, nodes.last)
      val fused = if (inputs == Seq(id)) last.layer.followedBy(module, last.shape) else None
      fused.map { case (layer, shape) =>
        nodes(id) = last.copy(layer = layer, shape = shape)
        id
      }
    }

    private def append(module: Module[Float], inputs: Seq[Int], name: String): Int = {
      val shapes = inputs.map(nodes(_).shape)
      val (layer, shape) = LayerRule.of(module, shapes).getOrElse(
        (ModuleSpec(module), dryRun(module, shapes, name)))
      val weights = count(Option(module.parameters()).map(_._1))
      val state = count(Option(module.getExtraParameter()))
      nodes += Node(name, layer, inputs.toArray, shape, weightCount, weights, stateCount, state)
      modules += module
      weightCount += weights
      stateCount += state
      nodes.length - 1
    }

    private def count(tensors: Option[Array[Tensor[Float]]]): Int =
      tensors.map(_.map(_.nElement()).sum).getOrElse(0)

    /** The output shape of a layer that dllib runs, found by running it on two samples. */
    private def dryRun(module: Module[Float], shapes: Seq[Array[Int]], name: String): Array[Int] = {
      val samples = 2
      val inputs = shapes.map(shape => Tensor[Float](samples +: shape).fill(0.5f))
      val input: Activity = if (inputs.length == 1) inputs.head else T.array(inputs.toArray)
      val output = try module.cloneModule().forward(input) catch {
        case NonFatal(cause) => refuse(name, s"dllib cannot run it on inputs of shape " +
          s"${shapes.map(_.mkString("(", ", ", ")")).mkString(", ")}: ${cause.getMessage}")
      }
      output match {
        case _: Table => refuse(name, "it has several outputs")
        case tensor: Tensor[_] if tensor.size(1) == samples => tensor.size().drop(1)
        case tensor: Tensor[_] => refuse(name, "its output does not keep the batch axis: " +
          s"${tensor.size().mkString("(", ", ", ")")} from $samples samples")
      }
    }
  }
}
