package com.intel.analytics.bigdl.dllib.gan.native

import com.intel.analytics.bigdl.mkl.{Memory, MklDnn}

private[gan] object KernelBlock {
  private val Channels = 64

  /**
   * How many channels this machine's convolutions want in a kernel's square blocks: 16 with AVX-512, 8
   * with AVX2, and 1 if they want another layout.
   */
  lazy val here: Int = NativeThread.once {
    val context = new DnnContext
    try {
      val conv = new Convolver(context, Array(Channels, 1, 1), Array(Channels, 1, 1),
        Window.Pointwise, bias = false)
      val wanted = context.query(conv.forward(1), End.Weights)
      val format = Memory.GetLayout(MklDnn.PrimitiveDescQueryMemory(wanted))
      Seq(16, 8).find(Layout.kernel(_) == format).getOrElse(1)
    } finally context.close()
  }
}
