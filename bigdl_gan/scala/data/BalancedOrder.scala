package com.intel.analytics.bigdl.dllib.gan.data

import com.intel.analytics.bigdl.dllib.gan.random.{Purpose, Random}

/**
 * An endless order of one executor's images in which all its classes come equally often: rounds with
 * one image of each class. A class's own images come in a fresh order each time that all have come.
 *
 * @param classes of each image
 */
private[gan] final class BalancedOrder(classes: Array[Int], seed: Long, rank: Int) {
  private val members: Array[Array[Int]] =
    classes.indices.groupBy(classes(_)).toArray.sortBy(_._1).map(_._2.toArray)
  private val orders = new Array[(Int, Array[Int])](members.length) // of each class, the present one
  private var round = (-1, Array[Int]())

  /** The image at a place in the order. */
  def apply(place: Long): Int = {
    val number = (place / members.length).toInt
    val kind = classesOf(number)((place % members.length).toInt)
    val own = members(kind)
    val (pass, at) = (number / own.length, number % own.length)
    if (orders(kind) == null || orders(kind)._1 != pass) {
      orders(kind) = (pass, Random.permutation(seed, pass, rank, own.length, Purpose.Member | kind << Purpose.Bits))
    }
    own(orders(kind)._2(at))
  }

  /** The order of the classes in a round. */
  private def classesOf(number: Int): Array[Int] = {
    if (round._1 != number) {
      round = (number, Random.permutation(seed, number, rank, members.length, Purpose.Round))
    }
    round._2
  }
}
