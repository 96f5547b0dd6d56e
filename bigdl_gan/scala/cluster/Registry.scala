package com.intel.analytics.bigdl.dllib.gan.cluster

import java.util.{LinkedHashMap, Map => JavaMap}

/**
 * What trainings hold in this JVM, by name.
 *
 * It remembers the names that have ended, so that a late task of an abandoned job cannot leave
 * behind what nobody would release.
 *
 * @param close releases a value
 */
private[gan] final class Registry[A](close: A => Unit) {
  private var all = Map.empty[String, A]
  private val ended = new LinkedHashMap[String, Unit]() {
    override def removeEldestEntry(eldest: JavaMap.Entry[String, Unit]): Boolean =
      size > Registry.MostEnded
  }

  /**
   * Registers a value, and releases the one that had its name. After the name's end, it releases
   * the new value and throws an InterruptedException.
   *
   * @param replaces whether the new value may replace the present one; if not, it is late too
   */
  def put(name: String, value: A, replaces: A => Boolean = _ => true): Unit = {
    val (isLate, before) = synchronized {
      val had = all.get(name)
      val late = ended.containsKey(name) || !had.forall(replaces)
      if (!late) all += name -> value
      (late, had)
    }
    if (isLate) {
      close(value)
      throw new InterruptedException("The training has ended.")
    }
    before.filter(_ != value).foreach(close)
  }

  def get(name: String): Option[A] = synchronized(all.get(name))

  /** Releases the name's value if `isIt` accepts it. */
  def remove(name: String, isIt: A => Boolean): Unit = {
    val had = synchronized {
      val found = all.get(name).filter(isIt)
      if (found.nonEmpty) all -= name
      found
    }
    had.foreach(close)
  }

  /** Ends a name: releases its value, and any that comes later. */
  def end(name: String): Unit = {
    val had = synchronized {
      val found = all.get(name)
      all -= name
      ended.put(name, ())
      found
    }
    had.foreach(close)
  }

  def size: Int = synchronized(all.size)
}

private[gan] object Registry {
  private val MostEnded = 10000 // names of 36 characters
}
