package com.intel.analytics.bigdl.dllib.gan.native

/**
 * The layouts that have a name: the axes from the outermost in memory, then blocks, as in MKL-DNN's
 * names.
 */
private[gan] sealed abstract class Format {
  /** Channels that lie next to each other: 16 in NCHW16c, 1 in NCHW and NC. */
  def channelBlock: Int =
    throw new IllegalStateException(s"No loop is written for tensors in layout $this.")
}

private[gan] object Format {
  sealed abstract class Blocked(override val channelBlock: Int) extends Format

  case object X extends Format
  case object NC extends Blocked(1)
  case object NCHW extends Blocked(1)
  case object NHWC extends Format
  case object NCHW8c extends Blocked(8)
  case object NCHW16c extends Blocked(16)

  /** Weights: of outputs by inputs, and kernels. */
  case object OI extends Format
  case object OIHW extends Format
  case object OIHW8i8o extends Format
  case object OIHW16i16o extends Format
  case object IOHW16o16i extends Format

  /** Weights of grouped convolutions: groups, and in each outputs by inputs, and kernels. */
  case object GOIHW extends Format

  /** Three axes T, N and C, in this order and with the first two exchanged. */
  case object TNC extends Format
  case object NTC extends Format

  /** A library's own, which only that library can make and compare. */
  case object Other extends Format
}
