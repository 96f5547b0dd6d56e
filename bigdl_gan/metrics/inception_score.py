"""The inception score, of class probabilities."""

import math
from typing import NamedTuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.class_sums import divergence_squares, split_sums


class InceptionScores(NamedTuple):
    """The score.

    Attributes:
        whole: of all rows.
        error: its standard error, to first order.
        splits: of each split, (S,)."""

    whole: float
    error: float
    splits: np.ndarray


def inception_scores(side: FeatureSet, *, n_splits: int, seed: int) -> InceptionScores:
    """exp of the mean of KL(p(y|x) || p(y)), in float64, from 1 (useless) to the number of classes.

    With probabilities in the same order, the splits are those of torch-fidelity with rng_seed=seed.

    Source: Salimans et al. 2016, arXiv:1606.03498."""
    n = side.n
    order = np.random.RandomState(seed % 2**32).permutation(n)
    splits = np.zeros(n, np.int64)
    for split in range(n_splits):
        splits[order[split * n // n_splits:(split + 1) * n // n_splits]] = split
    parts = side.each(split_sums, side.by_block(splits), n_splits, column="probabilities")
    counts, totals, logs = (np.sum(part, axis=0) for part in zip(*parts))
    scores = np.array([_score(*sums) for sums in zip(counts, totals, logs) if sums[0]])
    whole = _score(counts.sum(), totals.sum(0), logs.sum())
    squares = math.fsum(side.each(divergence_squares, totals.sum(0) / n, column="probabilities"))
    variance = max(squares / n - math.log(whole) ** 2, 0.0) / max(n - 1, 1)
    return InceptionScores(whole, whole * math.sqrt(variance), scores)


def _score(n: float, total: np.ndarray, logs: float) -> float:
    mean = total / n
    entropy = -float(np.sum(mean[mean > 0] * np.log(mean[mean > 0])))
    return math.exp(float(logs) / n + entropy)
