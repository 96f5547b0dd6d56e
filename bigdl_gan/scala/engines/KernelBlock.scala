package com.intel.analytics.bigdl.dllib.gan.engines

import java.util.concurrent.ConcurrentHashMap

import com.intel.analytics.bigdl.dllib.gan.native.{Engine, Layout, NativeThread, Role, Window}

private[gan] object KernelBlock {
  private val Channels = 64
  private val found = new ConcurrentHashMap[String, Integer]() // by the engine's name

  /**
   * How many channels an engine's convolutions want, on this machine, in a kernel's square blocks:
   * 16 with AVX-512, 8 with AVX2, and 1 if they want another layout.
   */
  def here(name: String = Engines.Automatic): Int = {
    val engine = Engines.of(name)
    found.computeIfAbsent(engine.name, _ => NativeThread.once(wanted(engine)))
  }

  private def wanted(engine: Engine): Int = {
    val context = engine.context()
    try {
      val conv = context.convolution(Array(Channels, 1, 1), Array(Channels, 1, 1), Window.Pointwise,
        bias = false)
      val format = conv.forward(1).layout(Role.Weights).format
      Seq(16, 8).find(Layout.kernel(_) == format).getOrElse(1)
    } finally context.close()
  }
}
