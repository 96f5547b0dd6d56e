package com.intel.analytics.bigdl.dllib.gan.layers

import scala.reflect.ClassTag

import com.intel.analytics.bigdl.dllib.gan.network.LoneLayer
import com.intel.analytics.bigdl.dllib.nn.abstractnn.{AbstractModule, Activity}
import com.intel.analytics.bigdl.dllib.tensor.Tensor
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath.TensorNumeric
import com.intel.analytics.bigdl.dllib.utils.serializer.converters.DataConverter
import com.intel.analytics.bigdl.dllib.utils.serializer.{DeserializeContext, ModuleSerializable}
import com.intel.analytics.bigdl.dllib.utils.serializer.{ModuleSerializer, SerializeContext}
import com.intel.analytics.bigdl.dllib.utils.{T => Tables}
import com.intel.analytics.bigdl.serialization.Bigdl.{AttrValue, BigDLModule}

/**
 * A layer that dllib lacks, in a dllib model. dllib keeps its weights and state, and saves them with
 * its description. Training runs it natively, in the compiled network. If dllib runs it, for
 * example to predict, it compiles a network of this layer each time.
 *
 * It takes a tensor, or a table of as many as the layer has inputs.
 *
 * @param layer its description: see `CoreLayer.of`
 * @tparam T Float; dllib creates its modules by reflection, with this type
 */
private[gan] class CoreModule[T: ClassTag](val layer: String)(implicit ev: TensorNumeric[T])
  extends AbstractModule[Activity, Tensor[T], T] {
  val definition: CoreLayer = CoreLayer.of(layer)
  private val weights = definition.weights.map(Tensor[T](_)).toArray
  private val gradients = definition.weights.map(Tensor[T](_)).toArray
  private val state = if (definition.state.isEmpty) Array[Tensor[T]]() else Array(newState)
  gradInput = Tensor[T]()

  /** Its class's name in Keras. */
  def kind: String = CoreLayer.kind(layer)

  override def parameters(): (Array[Tensor[T]], Array[Tensor[T]]) =
    if (weights.isEmpty) null else (weights, gradients)

  override def getExtraParameter(): Array[Tensor[T]] = if (state.isEmpty) null else state

  private def newState: Tensor[T] = {
    val tensor = Tensor[T](definition.stateCount.toInt)
    definition.state.foldLeft(1) { case (first, (count, value)) =>
      tensor.narrow(1, first, count).fill(ev.fromType(value))
      first + count
    }
    tensor
  }

  override def updateOutput(input: Activity): Tensor[T] = {
    val tensors = list(input)
    fill(output, tensors.head.size(1) +: definition.output, run(tensors).output)
  }

  override def updateGradInput(input: Activity, gradOutput: Tensor[T]): Activity = {
    val tensors = list(input)
    val gradients = tensors.zip(run(tensors, Some(gradOutput)).inputGradients).map {
      case (tensor, found) => fill(Tensor[T](), tensor.size(), found)
    }
    gradInput = if (input.isTensor) gradients.head else Tables.array(gradients.toArray)
    gradInput
  }

  override def accGradParameters(input: Activity, gradOutput: Tensor[T]): Unit = {
    val found = run(list(input), Some(gradOutput)).weightGradient
    var first = 0
    gradients.foreach { gradient => // dllib freezes a layer by the factor 0
      val part = Tensor[T]().resizeAs(gradient)
      fill(part, gradient.size(), found.slice(first, first + gradient.nElement()))
      gradient.add(ev.fromType(if (gradient.dim() > 1) scaleW else scaleB), part)
      first += gradient.nElement()
    }
  }

  // An executor that receives the module must know how to clone it.
  private def readObject(in: java.io.ObjectInputStream): Unit = {
    in.defaultReadObject()
    CoreModule.register()
  }

  /** Also the gradients of several inputs would stay in memory. */
  override def clearState(): this.type = {
    gradInput = Tensor[T]()
    super.clearState()
  }

  private def list(input: Activity): Seq[Tensor[T]] =
    if (input.isTensor) Seq(input.toTensor[T])
    else (1 to input.toTable.length()).map(input.toTable[Tensor[T]](_))

  private def run(inputs: Seq[Tensor[T]], gradient: Option[Tensor[T]] = None): LoneLayer.Result = {
    val (sizes, samples) = (inputs.map(_.size().toSeq), inputs.head.size(1))
    if (sizes != definition.inputs.map(samples +: _.toSeq)) {
      val rule = definition.inputs.map(_.mkString("(batch, ", ", ", ")")).mkString(" and ")
      throw new IllegalArgumentException(s"The input of $kind must be $rule. " +
        s"Received: ${sizes.map(_.mkString("(", ", ", ")")).mkString(" and ")}.")
    }
    LoneLayer.run(definition.spec, definition.inputs, definition.output, weights.flatMap(values),
      state.flatMap(values), inputs.map(values), gradient.map(values))
  }

  private def values(tensor: Tensor[T]): Array[Float] = {
    val plain = tensor.contiguous().asInstanceOf[Tensor[Float]]
    val first = plain.storageOffset() - 1
    plain.storage().array().slice(first, first + plain.nElement())
  }

  private def fill(tensor: Tensor[T], size: Array[Int], from: Array[Float]): Tensor[T] = {
    val plain = tensor.resize(size).asInstanceOf[Tensor[Float]]
    System.arraycopy(from, 0, plain.storage().array(), plain.storageOffset() - 1, from.length)
    tensor
  }
}

/** Saves and loads the state beside what dllib saves of every module. */
private[gan] object CoreModule extends ModuleSerializable {
  private val State = "state"

  /** The name that files have for it. */
  val ClassName: String = classOf[CoreModule[_]].getName

  ModuleSerializer.registerModule(ClassName, this)

  /** Makes sure that dllib knows this object. */
  private def register(): Unit = ()

  def apply(layer: String): CoreModule[Float] = new CoreModule[Float](layer)

  override def doLoadModule[T: ClassTag](context: DeserializeContext)(
    implicit ev: TensorNumeric[T]): AbstractModule[Activity, Activity, T] = {
    val module = super.doLoadModule(context)
    Option(context.bigdlModule.getAttrMap.get(State)).foreach { saved =>
      val tensor = DataConverter.getAttributeValue(context, saved).asInstanceOf[Tensor[T]]
      module.setExtraParameter(Array(tensor))
    }
    module
  }

  override def doSerializeModule[T: ClassTag](context: SerializeContext[T],
    builder: BigDLModule.Builder)(implicit ev: TensorNumeric[T]): Unit = {
    super.doSerializeModule(context, builder)
    Option(context.moduleData.module.getExtraParameter()).foreach { state =>
      val value = AttrValue.newBuilder
      DataConverter.setAttributeValue(context, value, state.head, ModuleSerializer.tensorType)
      builder.putAttr(State, value.build)
    }
  }
}
