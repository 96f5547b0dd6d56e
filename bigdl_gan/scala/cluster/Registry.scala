package com.intel.analytics.bigdl.dllib.gan.cluster

import java.util.{LinkedHashMap, Map => JavaMap}

/**
 * What trainings have in this JVM, by their names.
 *
 * It remembers what has ended: a task that is late, of a job that was given up meanwhile, must not
 * leave behind what nobody would release.
 *
 * @param close releases one of them
 */
private[gan] final class Registry[A](close: A => Unit) {
  private var all = Map.empty[String, A]
  private val ended = new LinkedHashMap[String, Unit]() {
    override def removeEldestEntry(eldest: JavaMap.Entry[String, Unit]): Boolean =
      size > Registry.MostEnded
  }

  /**
   * Releases what had the name before; after the end, the newcomer, with an InterruptedException.
   *
   * @param replaces whether the newcomer takes the place of the one before; if not, it is late too
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

  /** Releases what has the name now, if it is such a one. */
  def remove(name: String, isIt: A => Boolean): Unit = {
    val had = synchronized {
      val found = all.get(name).filter(isIt)
      if (found.nonEmpty) all -= name
      found
    }
    had.foreach(close)
  }

  /** Releases what has the name, now and later. */
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
