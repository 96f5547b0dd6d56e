"""The mean and the covariance of features."""

from typing import NamedTuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.sums import Sums, block_sums, merged_sums


class Moments(NamedTuple):
    """Of N rows.

    Attributes:
        n: rows, at least 2.
        mean: float64 (F,).
        covariance: over N - 1, float64 (F, F)."""

    n: int
    mean: np.ndarray
    covariance: np.ndarray


def moments_of(side: FeatureSet, centre: np.ndarray) -> Moments:
    """One pass over the rows, in float64, about the centre, unless they are known."""
    if side.known_moments is None:
        side.known_moments = finished(side.fold(block_sums, merged_sums, centre), centre)
    known: Moments = side.known_moments
    return known


def moments_of_rows(values: np.ndarray) -> Moments:
    """Of rows (N, F) on the driver."""
    centre = values[:1].astype(np.float64).mean(0)
    rows = values.astype(np.float64) - centre
    return finished(Sums(len(rows), rows.sum(0), rows.T @ rows), centre)


def finished(sums: Sums, centre: np.ndarray) -> Moments:
    """Moments from sums about a centre."""
    shift = sums.total / sums.n
    covariance = (sums.products - sums.n * np.outer(shift, shift)) / (sums.n - 1)
    return Moments(sums.n, centre + shift, (covariance + covariance.T) / 2)
