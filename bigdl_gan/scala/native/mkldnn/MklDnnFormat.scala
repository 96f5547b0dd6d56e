package com.intel.analytics.bigdl.dllib.gan.native.mkldnn

import com.intel.analytics.bigdl.dllib.gan.native.Format
import com.intel.analytics.bigdl.mkl.Memory.{Format => Number}

/** MKL-DNN's numbers for layouts. */
private[mkldnn] object MklDnnFormat {
  private val numbers = Map[Format, Int](Format.X -> Number.x, Format.NC -> Number.nc,
    Format.NCHW -> Number.nchw, Format.NHWC -> Number.nhwc, Format.NCHW8c -> Number.nChw8c,
    Format.NCHW16c -> Number.nChw16c, Format.OI -> Number.oi, Format.OIHW -> Number.oihw,
    Format.OIHW8i8o -> Number.OIhw8i8o, Format.OIHW16i16o -> Number.OIhw16i16o,
    Format.IOHW16o16i -> Number.IOhw16o16i, Format.GOIHW -> Number.goihw, Format.TNC -> Number.tnc, Format.NTC -> Number.ntc)
  private val names = numbers.map(_.swap)

  def number(format: Format): Int = numbers.getOrElse(format,
    throw new IllegalArgumentException(s"A layout must have a name to be made by it. Received: $format."))

  def named(number: Int): Format = names.getOrElse(number, Format.Other)
}
