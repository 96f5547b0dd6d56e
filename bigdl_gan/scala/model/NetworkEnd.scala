package com.intel.analytics.bigdl.dllib.gan.model

import com.intel.analytics.bigdl.mkl.AlgKind

/** What a network ends in, in Keras's words: what its outputs can be follows from it. */
private[gan] object NetworkEnd {
  /** "tanh", "sigmoid", "relu" and so on; "linear" for a layer with weights; else dllib's class. */
  def of(spec: NetworkSpec): String = last(spec, spec.nodes.length - 1) match {
    case ElementwiseSpec(AlgKind.EltwiseTanh, _) => "tanh"
    case ElementwiseSpec(AlgKind.EltwiseLogistic, _) => "sigmoid"
    case ElementwiseSpec(AlgKind.EltwiseSoftRelu, _) => "softplus"
    case ElementwiseSpec(AlgKind.EltwiseElu, _) => "elu"
    case ElementwiseSpec(AlgKind.EltwiseRelu, 0f) => "relu"
    case ElementwiseSpec(AlgKind.EltwiseRelu, _) => "leaky_relu"
    case ModuleSpec(module) => module.getClass.getSimpleName.toLowerCase
    case _ => "linear"
  }

  /** The layer that decides the outputs' range: what only moves values does not. */
  private def last(spec: NetworkSpec, id: Int): LayerSpec = spec.nodes(id).layer match {
    case ReshapeSpec | _: UpSamplingSpec | _: PoolingSpec => last(spec, spec.nodes(id).inputs(0))
    case layer => layer
  }
}
