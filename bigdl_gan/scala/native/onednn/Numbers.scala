package com.intel.analytics.bigdl.dllib.gan.native.onednn

import com.intel.analytics.bigdl.dllib.gan.native.{Element, Format, Role}

/** The numbers of oneDNN 3.2's header dnnl_types.h that are used here. */
private[onednn] object Numbers {
  // dnnl_prop_kind_t
  val Training = 64
  val Inference = 96
  val Backward = 128

  // dnnl_normalization_flags_t
  val GlobalStatistics = 1
  val ScaleAndShift = 6

  // dnnl_query_t and DNNL_ARG_*, for scratch memory
  val ScratchpadEnd = 136
  val ScratchpadArgument = 80

  // DNNL_ARG_* of a reorder and of a sum, whose inputs have numbers from here on
  val From = 1
  val To = 17
  val FirstTerm = 1024

  /** dnnl_cpu_isa_t of CPUs with AVX-512; each bit is a set of instructions. */
  val Avx512 = 0x27

  /** dnnl_format_tag_t: any layout. */
  val AnyTag = 1

  /** dnnl_format_tag_t: one past the last. */
  val Tags = 762

  /** dnnl_format_tag_t. Some layouts of data and of weights are the same to oneDNN. */
  val TagOf: Map[Format, Int] = Map(Format.X -> 2, Format.NC -> 3, Format.OI -> 3, Format.TNC -> 4,
    Format.NTC -> 16, Format.NCHW -> 5, Format.OIHW -> 5, Format.NHWC -> 22, Format.NCHW8c -> 102,
    Format.NCHW16c -> 78, Format.OIHW8i8o -> 107, Format.OIHW16i16o -> 79, Format.IOHW16o16i -> 224,
    Format.GOIHW -> 6)

  /** dnnl_data_type_t. */
  val TypeOf: Map[Element, Int] = Map(Element.Float32 -> 3, Element.BFloat16 -> 2)

  /** dnnl_query_t: a primitive's ends. */
  val EndOf: Map[Role, Int] = Map(Role.Source -> 129, Role.SourceGradient -> 130, Role.Weights -> 131,
    Role.WeightsGradient -> 132, Role.Output -> 133, Role.OutputGradient -> 134, Role.Workspace -> 135)

  /** DNNL_ARG_*. */
  val ArgumentOf: Map[Role, Int] = Map(Role.Source -> 1, Role.SourceGradient -> 129, Role.Weights -> 33,
    Role.WeightsGradient -> 161, Role.Bias -> 41, Role.BiasGradient -> 169, Role.Output -> 17,
    Role.OutputGradient -> 145, Role.Workspace -> 64, Role.Mean -> 49, Role.Variance -> 50,
    Role.Scale -> 51, Role.ScaleGradient -> 255, Role.Shift -> 52, Role.ShiftGradient -> 256)
}
