package com.intel.analytics.bigdl.dllib.gan.data

/**
 * What is in some rows: per kind of image how many, and the origin of the first.
 *
 * @param hash the sum of the images' hashes: the same for the same images in whatever order
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
