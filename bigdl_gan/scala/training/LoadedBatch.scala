package com.intel.analytics.bigdl.dllib.gan.training

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, DnnContext, NativeMemory}
import com.intel.analytics.bigdl.dllib.gan.random.BatchPart

/**
 * A batch of real images, their labels and latents, of which the networks take one part at a time.
 * If there is only one, it is loaded straight to where they take it.
 *
 * @param images  where a part's real images go; labels and latents the same; all plain
 * @param batch   images in all parts
 */
private[gan] final class LoadedBatch(context: DnnContext, images: Blob, latents: Blob,
  labels: Option[Blob], batch: Int) {
  private val targets = Seq(images, latents) ++ labels
  private val isOne = images.dims.head == batch
  private val loaded =
    if (isOne) targets else targets.map(target => context.blob(batch +: target.dims.tail, target.format))

  def load(source: BatchSource, draw: Int): Unit = {
    source.reals(draw, loaded(0), loaded.lift(2))
    source.latents(draw, loaded(1))
  }

  def take(part: BatchPart): Unit = if (!isOne) {
    targets.zip(loaded).foreach { case (to, from) =>
      NativeMemory.copy(from.pointer + 4L * part.first * from.stride, to.pointer,
        part.count.toLong * from.stride)
    }
  }
}
