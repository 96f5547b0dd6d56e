package com.intel.analytics.bigdl.dllib.gan.ops

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.native.{Blob, Layout, NativeMemory, OpenMp, Pass, Rows}
import com.intel.analytics.bigdl.dllib.gan.network.{Edge, FlatTensors, Needs, Op, Site}
import com.intel.analytics.bigdl.dllib.nn.Container
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity
import com.intel.analytics.bigdl.dllib.optim.Regularizer
import com.intel.analytics.bigdl.dllib.tensor.{Storage, Tensor}
import com.intel.analytics.bigdl.dllib.utils.T

/**
 * A layer that dllib runs, on plain tensors on the heap.
 *
 * Each group of the batch has a copy of the module, because a module remembers its last forward
 * pass. The copies share weights, and pass running statistics from one to the next.
 */
private[gan] final class ModuleOp(site: Site, module: Module[Float]) extends Op {
  import site.{context, inputs, node, output, settings}

  private val groups = settings.groups
  private val groupSize = output.batch / groups
  private val modules: Array[Module[Float]] = Array.tabulate(groups) { index =>
    val copy = module.cloneModule()
    // A penalty depends on the weights alone: added in every group, it would count several times.
    if (index > 0) ModuleOp.regularizers(copy).foreach(_.disable())
    if (settings.training) copy.training() else copy.evaluate()
    copy.asInstanceOf[Module[Float]]
  }
  private val ins = Array.fill(groups)(inputs.map(edge => heap(edge.shape)))
  private val outGradients = Array.fill(groups)(heap(node.shape))
  private lazy val plainGradients = inputs.map(plain)
  private lazy val plainOut = plain(output)

  output.setBlob(context.blob(Layout.dims(output.batch, node.shape), Layout.plain(node.shape)))

  private def heap(shape: Array[Int]): Tensor[Float] =
    Tensor[Float](Storage[Float](new Array[Float](groupSize * shape.product)), 1,
      groupSize +: shape)

  private def plain(edge: Edge): Blob =
    context.blob(Layout.dims(output.batch, edge.shape), Layout.plain(edge.shape))

  private def activity(tensors: Array[Tensor[Float]]): Activity =
    if (tensors.length == 1) tensors(0) else T.array(tensors)

  private def parameters(module: Module[Float], gradients: Boolean): Array[Tensor[Float]] =
    Option(module.parameters()).map(p => if (gradients) p._2 else p._1).getOrElse(Array())

  private def state(module: Module[Float]): Array[Tensor[Float]] =
    Option(module.getExtraParameter()).getOrElse(Array())

  override def weightsChanged(): Unit = {
    val flat = new Array[Float](node.weightCount)
    NativeMemory.read(site.memory.weights + node.weightOffset * 4L, flat, 0, flat.length)
    modules.foreach(module => FlatTensors.scatter(flat, 0, parameters(module, gradients = false)))
    FlatTensors.scatter(site.memory.state, node.stateOffset, state(modules(0)))
  }

  override def forward(pass: Pass, rows: Rows): Unit = site.groupsIn(groupRows(rows)).foreach {
    group =>
      val index = group.first / groupSize
      val sources = inputs.map { edge =>
        site.inLayout(pass, edge.data.rows(group), plainView(edge, group))
      }
      val target = output.data.rows(group)
      pass.jvm { () =>
        sources.indices.foreach(i => ModuleOp.read(sources(i), ins(index)(i)))
        if (node.stateCount > 0 && index > 0 && settings.training) {
          modules(index).setExtraParameter(state(modules(index - 1)))
        }
        if (settings.training) settings.dropout.seedModule(site.id, group.first)
        val result = OpenMp.withDllibsMkl(modules(index).forward(activity(ins(index))))
          .toTensor[Float].contiguous()
        NativeMemory.write(result.storage().array(), result.storageOffset() - 1, target.pointer,
          result.nElement())
      }
  }

  private def plainView(edge: Edge, group: Rows): Layout =
    context.layout(Layout.dims(group.count, edge.shape), Layout.plain(edge.shape))

  /** One group, as in inference, always runs with all rows, even if only some are asked for. */
  private def groupRows(rows: Rows): Rows = if (groups == 1) Rows(0, output.batch) else rows

  override def backward(pass: Pass, rows: Rows, needs: Needs): Unit = {
    pass.jvm { () =>
      if (needs.weights) modules.foreach(_.zeroGradParameters())
    }
    site.groupsIn(groupRows(rows)).foreach { group =>
      val index = group.first / groupSize
      val top = site.inLayout(pass, output.gradient.rows(group), plainOut.rows(group).layout)
      pass.jvm(() => backwardGroup(index, top, needs))
      if (needs.data) {
        inputs.indices.foreach(i => pass.native(context.reorder(plainGradients(i).rows(group),
          site.inputGradient(i).rows(group))))
      }
    }
    if (needs.weights) pass.jvm(() => storeGradients())
  }

  private def backwardGroup(index: Int, top: Blob, needs: Needs): Unit = {
    val module = modules(index)
    val source = activity(ins(index))
    ModuleOp.read(top, outGradients(index))
    val bottom = OpenMp.withDllibsMkl {
      val gradient = module.updateGradInput(source, outGradients(index))
      if (needs.weights) module.accGradParameters(source, outGradients(index))
      gradient
    }
    if (needs.data) {
      inputs.indices.foreach { i =>
        val part = if (inputs.length == 1) bottom.toTensor[Float] else bottom.toTable[Tensor[Float]](i + 1)
        val values = part.contiguous()
        val to = plainGradients(i).rows(Rows(index * groupSize, groupSize))
        NativeMemory.write(values.storage().array(), values.storageOffset() - 1, to.pointer,
          values.nElement())
      }
    }
  }

  private def storeGradients(): Unit = {
    val total = new Array[Float](node.weightCount)
    modules.foreach { module =>
      var at = 0
      parameters(module, gradients = true).foreach { tensor =>
        val values = tensor.contiguous()
        val (array, first) = (values.storage().array(), values.storageOffset() - 1)
        (0 until values.nElement()).foreach(i => total(at + i) += array(first + i))
        at += values.nElement()
      }
    }
    NativeMemory.write(total, 0, site.memory.gradients + node.weightOffset * 4L, total.length)
  }

  override def updateState(rows: Rows): Unit = if (node.stateCount > 0) {
    val last = groupRows(rows)
    val module = modules((last.first + last.count - 1) / groupSize)
    FlatTensors.gather(state(module), site.memory.state, node.stateOffset)
    modules(0).setExtraParameter(state(module))
  }
}

private[gan] object ModuleOp {
  /** The penalties on the weights of a module and of modules in it, which have no accessor. */
  def regularizers(module: Any): Seq[Regularizer[Float]] = {
    val inner = module match {
      case container: Container[_, _, _] => container.modules.flatMap(regularizers(_))
      case _ => Nil
    }
    val classes = Iterator.iterate[Class[_]](module.getClass)(_.getSuperclass).takeWhile(_ != null)
    val fields = classes.flatMap(_.getDeclaredFields.toSeq)
      .filter(field => classOf[Regularizer[Float]].isAssignableFrom(field.getType)).toList
    fields.foreach(_.setAccessible(true))
    fields.flatMap(field => Option(field.get(module).asInstanceOf[Regularizer[Float]])) ++ inner
  }

  def read(from: Blob, to: Tensor[Float]): Unit =
    NativeMemory.read(from.pointer, to.storage().array(), to.storageOffset() - 1, to.nElement())
}
