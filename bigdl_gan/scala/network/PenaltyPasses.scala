package com.intel.analytics.bigdl.dllib.gan.network

import scala.collection.mutable

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory, Pass, Rows, Workers}

/**
 * The passes that a penalty on the input's gradient adds to a network's; `training/Penalties` puts
 * them in order.
 *
 * A penalty P(g) of the gradient g of an output by its input has, by the weights, the derivative of
 * v g with v = P'(g) held constant. And v g is the output's tangent along v. So the passes are those
 * of a network that computes tangents beside values.
 *
 * @param steps  in the order of the forward pass
 * @param inputs the network's; only the first has a gradient and a direction
 */
private[gan] final class PenaltyPasses(context: DnnContext, steps: Seq[Step], inputs: Seq[Edge],
  output: Edge, memory: NetworkMemory, parallel: Workers) {
  private val ops: Seq[(TwiceOp, Step)] = steps.map {
    case step @ Step(_, op: TwiceOp, _, _) => (op, step)
    case step => throw new IllegalArgumentException("A layer under a gradient penalty must be " +
      s"differentiable twice. Received: ${step.name}. Remove the layer, or the penalty.")
  }
  private val passes = mutable.Map[Any, Pass]()
  private val input = inputs.head

  /** Where the direction's values go, before `tangent`. Zero in rows that it never covers. */
  def direction: Blob = input.face(Face.Tangent)

  /** Where a second sweep's seeds go, before `adjoint`. */
  def outputAdjoint: Blob = output.face(Face.Adjoint)

  private def run(key: Any)(record: Pass => Unit): Unit = passes.getOrElseUpdate(key, {
    val pass = new Pass(context)
    record(pass)
    pass
  }).run()

  /**
   * Computes the gradients by all values from the output's, without those of the weights.
   *
   * @param rows      those of the last forward pass
   * @param inputRows the rows whose input gradient is needed too
   */
  def data(rows: Rows, inputRows: Rows): Unit = run(("data", rows, inputRows)) { pass =>
    backward(pass, rows, Face.Gradient)(_ => ())
    bottoms.foreach(_.data(pass, inputRows, Face.Gradient))
    input.gather(pass, inputRows)
  }

  /** Computes tangents from `direction`, after a forward pass that covered these rows. */
  def tangent(parts: Seq[Rows]): Unit = run(("tangent", parts)) { pass =>
    inputs.tail.map(_.face(Face.Tangent)).foreach(labels => // because `mixedWeights` overwrites it
      pass.jvm(() => NativeMemory.unsafe.setMemory(labels.pointer, labels.layout.bytes, 0)))
    ops.foreach { case (op, _) => parts.foreach(op.tangent(pass, _)) }
  }

  /**
   * Computes adjoints from `outputAdjoint`, and adds what the tangents' dependence on the values
   * contributes. It comes after `data` and `tangent`.
   *
   * @param tangents the rows that have tangents
   */
  def adjoint(rows: Rows, tangents: Seq[Rows]): Unit = run(("adjoint", rows, tangents)) { pass =>
    backward(pass, rows, Face.Adjoint)(op => tangents.foreach(op.curvature(pass, _)))
  }

  private def backward(pass: Pass, rows: Rows, face: Face)(also: TwiceOp => Unit): Unit =
    ops.reverseIterator.foreach { case (op, step) =>
      step.output.gather(pass, rows, face)
      if (!isBottom(step)) {
        op.data(pass, rows, face)
        also(op)
      }
    }

  private def isBottom(step: Step): Boolean = step.inputs.forall(inputs.contains)
  private def bottoms: Seq[TwiceOp] = ops.collect {
    case (op, step) if isBottom(step) && step.inputs.contains(input) => op
  }

  /** Computes the weights' gradients. */
  def weights(rows: Rows, sweep: WeightSweep): Unit = run((rows, sweep))(pass =>
    ops.reverseIterator.foreach(_._1.weights(pass, rows, sweep)))

  /**
   * Computes the weights' gradients from values times factors plus tangents, and from `data`'s
   * gradients. It overwrites the tangents.
   *
   * @param factors  one for each sample of the batch; always the same array
   * @param tangents the rows that have tangents
   */
  def mixedWeights(rows: Rows, tangents: Seq[Rows], factors: Array[Float]): Unit =
    run(("mixed", rows, tangents)) { pass =>
      mix(pass, rows, tangents, factors)
      ops.reverseIterator.filter(_._1.hasWeights).foreach { case (op, _) =>
        op.weights(pass, rows, PenaltyPasses.MixedSweep)
        op.biases(pass, rows, factors)
      }
    }

  private def mix(pass: Pass, rows: Rows, tangents: Seq[Rows], factors: Array[Float]): Unit =
    ops.filter(_._1.hasWeights).flatMap(_._2.inputs).distinct.foreach { edge =>
      val loop = new SampleMix(edge.data, edge.face(Face.Tangent), parallel)
      pass.jvm(() => loop.run(rows, tangents, factors))
    }

  /** Adds the second vector of gradients to the first. */
  def addExtraGradients(): Unit = memory.addGradients(memory.extraGradients, parallel)
}

private[gan] object PenaltyPasses {
  private val MixedSweep = WeightSweep(Face.Tangent, Face.Gradient, biases = false, extra = false)
}
