"""Precision and recall, density and coverage: how the balls around both sides' rows overlap."""

from typing import NamedTuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.pairs import in_balls


class Overlap(NamedTuple):
    """How two sides overlap.

    Attributes:
        counts: in how many balls around reals each fake lies, (N,).
        recalled: whether each real lies in a ball around a fake, (M,).
        covered: whether the ball around each real has a fake, (M,)."""

    counts: np.ndarray
    recalled: np.ndarray
    covered: np.ndarray

    def figures(self, k: int) -> "Prdc":
        """The four shares."""
        return Prdc(
            float((self.counts > 0).mean()), float(self.recalled.mean()), float(self.counts.mean() / k),
            float(self.covered.mean()),
        )  # fmt: skip


class Prdc(NamedTuple):
    """The four figures. All but the density lie between 0 and 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def overlap_of(
    fakes: FeatureSet, reals: FeatureSet, fake_radii: np.ndarray, real_radii: np.ndarray, centre: np.ndarray, *,
    is_closed: bool,
) -> Overlap:  # fmt: skip
    """How the balls overlap, whose radii are the distances to the k-th neighbours on the same side.

    Precision is the share of fakes in a ball around a real, recall the share of reals in a ball around a fake, density
    the mean number of balls around reals that a fake lies in, over k, and coverage the share of reals whose ball has a
    fake.

    Args:
        is_closed: whether a ball has its surface: not in `prdc`, but in torch-fidelity.
    Source: Kynkaanniemi et al. 2019, arXiv:1904.06991; Naeem et al. 2020, arXiv:2002.09797."""
    counts = np.zeros(fakes.n, np.int64)
    recalled, covered = np.zeros(reals.n, bool), np.zeros(reals.n, bool)
    own = fakes.by_block(fake_radii)
    places = fakes.places()
    for table in reals.tables():
        part = slice(table.start, table.start + len(table.values))
        for balls in fakes.each(in_balls, centre, real_radii[part], own, is_closed, table=table):
            for key, found in balls.counts.items():
                counts[places[key]] += found
            recalled[part] |= balls.reached
            covered[part] |= balls.reaching
    return Overlap(counts, recalled, covered)
