package com.intel.analytics.bigdl.dllib.gan.diagnosis

import com.intel.analytics.bigdl.dllib.gan.native.{Layout, NativeMemory, Rows}
import com.intel.analytics.bigdl.dllib.gan.random.BatchPart
import com.intel.analytics.bigdl.dllib.gan.training.augment.Augmentation

/** Transforms the caller's images as a training's, for comparison with other implementations. */
private[gan] object AugmentProbe {
  /**
   * What the discriminator sees of real images in one pass.
   *
   * @param names  of transforms
   * @param draw   of the images
   * @param shape  (N, C, H, W)
   * @param images of this shape, as `Probe`'s arrays
   */
  def show(names: Seq[String], seed: Long, draw: Int, pass: Int, shape: Seq[Int], images: Array[Byte])
  : Array[Byte] = Probe.inContext(2, Nil) { (context, parallel) =>
    val input = context.blob(shape.toArray, Layout.plain(shape.tail.toArray))
    val augmentation = Augmentation.of(names, input, seed, 0, parallel)
    val values = Probe.floats(images)
    NativeMemory.write(values, 0, augmentation.images.pointer, values.length)
    augmentation.show(draw, pass, BatchPart(0, shape.head, shape.head), Rows(0, shape.head))
    NativeMemory.read(input.pointer, values, 0, values.length)
    Probe.bytes(values)
  }
}
