package com.intel.analytics.bigdl.dllib.gan.data

/**
 * What some rows hold: how many images of each kind, and the origin of the first of them.
 *
 * @param hash the sum of the images' hashes, which does not depend on their order
 */
private[gan] case class Census(nulls: Long, short: Option[String],
  kinds: Map[ImageKind, (Long, String)], hash: Long) {
  def merge(other: Census): Census = Census(nulls + other.nulls, short.orElse(other.short),
    other.kinds.foldLeft(kinds) { case (all, (kind, (count, origin))) =>
      val (have, first) = all.getOrElse(kind, (0L, origin))
      all + (kind -> ((have + count, first)))
    }, hash + other.hash)
}

private[gan] object Census {
  val Empty: Census = Census(0, None, Map.empty, 0)
}
