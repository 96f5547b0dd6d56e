"""Which classes a generator makes too often, too seldom, or not at all."""

import math
from typing import NamedTuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.class_sums import likeliest

MISSING = 0.1  # of its share among reals: a class of less counts as missing


class Balance(NamedTuple):
    """How often each class is the likeliest.

    Attributes:
        fakes, reals: counts, (K,)."""

    fakes: np.ndarray
    reals: np.ndarray

    @property
    def distance(self) -> float:
        """The total variation distance of both sides' shares: the share of fakes that would have to change class."""
        return float(np.abs(self.fakes / self.fakes.sum() - self.reals / self.reals.sum()).sum() / 2)

    @property
    def by_chance(self) -> float:
        """The distance that two samples of these sizes have on average if their classes are equally frequent.

        The mean of a normal variable's absolute value, for each class."""
        shares = (self.fakes + self.reals) / (self.fakes.sum() + self.reals.sum())
        variances = shares * (1 - shares) * (1 / self.fakes.sum() + 1 / self.reals.sum())
        return float(np.sqrt(2 * variances / math.pi).sum() / 2)

    @property
    def missing(self) -> np.ndarray:
        """The classes with less than a tenth of their share among reals."""
        fakes, reals = self.fakes / self.fakes.sum(), self.reals / self.reals.sum()
        return np.flatnonzero((reals > 0) & (fakes < MISSING * reals))


def balance_of(fakes: FeatureSet, reals: FeatureSet) -> Balance:
    """Both sides' counts. A classifier's errors are on both sides, so they cancel to first order."""
    counts = [np.sum(side.each(likeliest, column="probabilities"), axis=0) for side in (fakes, reals)]
    return Balance(*counts)
