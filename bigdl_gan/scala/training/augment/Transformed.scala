package com.intel.analytics.bigdl.dllib.gan.training.augment

import com.intel.analytics.bigdl.dllib.gan.native.{Blob, NativeMemory, Rows, Workers}
import com.intel.analytics.bigdl.dllib.gan.random.{BatchPart, Philox, Purpose}

/**
 * The discriminator sees images through transforms, one after the other. Each image's are a function
 * of the seed, its draw, the pass, its kind (real, generated or between) and its number in the batch.
 *
 * The images themselves stay, for a further pass with other transforms.
 *
 * Source: Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training",
 * arXiv:2006.10738, and the authors' DiffAugment_pytorch.py, with its ratios.
 */
private final class Transformed(transforms: Seq[Transform], input: Blob, seed: Long, firstSample: Int,
  parallel: Workers) extends Augmentation {
  private val size = input.dims.tail.product
  private val scratch = ThreadLocal.withInitial[Array[Float]](() => new Array[Float](size))
  private val reversed = transforms.reverse
  override val images: Blob = input.blank()

  override def show(draw: Int, pass: Int, part: BatchPart, rows: Rows): Unit = {
    each(rows, images, input) { (sample, x) =>
      val bits = new Array[Int](4)
      val number = firstSample + part.first + sample % part.count
      transforms.foreach { transform =>
        val stream = transform.number | (sample / part.count) << 8 | pass << 16
        Philox.block(seed, stream, number, draw, Purpose.Augment, bits)
        transform.draw(sample, bits)
        transform.affine(sample, x)
      }
    }
  }

  override def adjoint(gradients: Blob, rows: Rows): Unit =
    each(rows, gradients, gradients)((sample, x) => reversed.foreach(_.adjoint(sample, x)))

  override def linear(directions: Blob, rows: Rows): Unit =
    each(rows, directions, directions)((sample, x) => transforms.foreach(_.linear(sample, x)))

  private def each(rows: Rows, from: Blob, to: Blob)(change: (Int, Array[Float]) => Unit): Unit =
    parallel.range(rows.count) { i =>
      val (sample, x) = (rows.first + i, scratch.get)
      val at = 4L * sample * size
      NativeMemory.read(from.pointer + at, x, 0, size)
      change(sample, x)
      NativeMemory.write(x, 0, to.pointer + at, size)
    }
}
