"""How far apart the images of one side are from each other."""

import math
from typing import NamedTuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.jackknife import jackknife_variance
from bigdl_gan.metrics.kernel_distance import own_sums


class Spread(NamedTuple):
    """The mean distance between two rows.

    Attributes:
        mean: over all pairs.
        error: its standard error, by the jackknife."""

    mean: float
    error: float


def spread_of(side: FeatureSet) -> Spread:
    """The mean distance |x - y| over all pairs of different rows, at least two."""
    sums = own_sums(side, "distance")
    n, total = len(sums), math.fsum(sums)
    if n < 3:
        return Spread(total / (n * (n - 1)), math.nan)
    left = (total - 2 * sums) / ((n - 1) * (n - 2))
    return Spread(total / (n * (n - 1)), math.sqrt(jackknife_variance(left)))


def drawn(side: FeatureSet, most: int, seed: int) -> FeatureSet:
    """At most so many rows, drawn at random."""
    if side.n <= most:
        return side
    return side.only(np.sort(np.random.RandomState(seed % 2**32).permutation(side.n)[:most]))


def ratio(fakes: Spread, reals: Spread) -> Spread:
    """Fakes over reals, with the error that follows to first order; not finite if all reals are equal."""
    if not reals.mean:
        return Spread(math.inf if fakes.mean else math.nan, math.nan)
    value = fakes.mean / reals.mean
    return Spread(value, math.hypot(fakes.error, value * reals.error) / reals.mean)
