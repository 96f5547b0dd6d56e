package com.intel.analytics.bigdl.dllib.gan.data

import scala.collection.mutable

import org.apache.spark.rdd.RDD

/**
 * Deals images to even shares by their rank in the order of their hashes. Which images a share gets
 * depends only on the images, not on the order in which a shuffle delivers them.
 *
 * @param shares for each bucket of hashes, the share that gets all its images; -1 if it is split
 * @param starts for each partition, the first image's rank for each hash in a split bucket; equal
 *               images, which have no order, take consecutive ranks from there
 */
private[gan] final class Dealing private (ranks: Dealing.Ranks, shares: Array[Int],
  starts: Array[Map[Long, Long]]) extends Serializable {

  /** Splits a partition's blocks by share. */
  def deal(partition: Int, blocks: Iterator[ImageBlock]): Iterator[(Int, ImageBlock)] = {
    val next = mutable.Map[Long, Long]() ++ starts(partition)
    blocks.flatMap { block =>
      val size = block.pixels.length / block.count
      val found = ImageHash.each(block).map(hash => shareOf(hash, next))
      found.indices.groupBy(found(_)).iterator.map { case (share, images) =>
        (share, ImageBlock.of(images.map(i =>
          java.util.Arrays.copyOfRange(block.pixels, i * size, (i + 1) * size))))
      }
    }
  }

  private def shareOf(hash: Long, next: mutable.Map[Long, Long]): Int = {
    val share = shares(Dealing.bucket(hash))
    if (share >= 0) share
    else {
      val rank = next(hash)
      next(hash) = rank + 1
      ranks.share(rank)
    }
  }
}

private[gan] object Dealing {
  private val BucketBits = 16

  /** A hash's bucket: its first bits, as an unsigned number. */
  private def bucket(hash: Long): Int = (hash >>> (64 - BucketBits)).toInt

  /** `all` images in a row, divided into `n` shares. */
  private[Dealing] final case class Ranks(all: Long, n: Int) {
    def share(rank: Long): Int = (rank * n / all).toInt
  }

  /** Plans how to deal the blocks' images to `n` shares; two jobs. */
  def of(blocks: RDD[ImageBlock], n: Int): Dealing = {
    val counts = blocks.mapPartitions(part => Iterator.single(bucketCounts(part)))
      .treeReduce(add)
    val before = counts.scanLeft(0L)(_ + _)
    val ranks = Ranks(before.last, n)
    val shares = Array.tabulate(counts.length) { i =>
      val (first, last) = (before(i), math.max(before(i), before(i + 1) - 1))
      if (counts(i) == 0 || ranks.share(first) == ranks.share(last)) {
        math.min(n - 1, ranks.share(first))
      } else -1
    }
    val hashes = blocks.mapPartitions(part => Iterator.single(hashCounts(part, shares))).collect()
    new Dealing(ranks, shares, starts(hashes, before))
  }

  private def bucketCounts(blocks: Iterator[ImageBlock]): Array[Long] = {
    val counts = new Array[Long](1 << BucketBits)
    blocks.foreach(ImageHash.each(_).foreach(hash => counts(bucket(hash)) += 1))
    counts
  }

  private def add(some: Array[Long], others: Array[Long]): Array[Long] = {
    others.indices.foreach(i => some(i) += others(i))
    some
  }

  /** Counts each hash whose bucket is split. */
  private def hashCounts(blocks: Iterator[ImageBlock], shares: Array[Int]): Map[Long, Long] = {
    val counts = mutable.Map[Long, Long]().withDefaultValue(0L)
    blocks.foreach(ImageHash.each(_).foreach { hash =>
      if (shares(bucket(hash)) < 0) counts(hash) += 1
    })
    counts.toMap
  }

  /** The first rank of each hash in each partition. */
  private def starts(hashes: Array[Map[Long, Long]], before: Array[Long]): Array[Map[Long, Long]] = {
    val next = mutable.Map[Long, Long]()
    val ordered = hashes.flatMap(_.keys).distinct.sorted(Ordering.by[Long, Long](_ ^ Long.MinValue))
    ordered.groupBy(bucket).foreach { case (index, inBucket) =>
      inBucket.foldLeft(before(index)) { (rank, hash) =>
        next(hash) = rank
        rank + hashes.map(_.getOrElse(hash, 0L)).sum
      }
    }
    hashes.map { part =>
      val first = part.keys.map(hash => hash -> next(hash)).toMap
      part.foreach { case (hash, count) => next(hash) += count }
      first
    }
  }
}
