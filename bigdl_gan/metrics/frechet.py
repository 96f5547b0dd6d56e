"""The Frechet distance between two sets of features: bare, with its standard error, and extrapolated."""

import math
from typing import List, NamedTuple, Tuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.moments import Moments, finished
from bigdl_gan.metrics.tasks.sums import Influence, Sums, block_sums, influence_sums, merged_sums

_FEWEST, _MOST_FEWEST = 2, 5000  # of the smallest sample that is extrapolated from, as in dgm-eval
_QUANTILES = (  # 97.5 % of Student's t with 1, 2... degrees of freedom
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
    2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
    2.0452, 2.0423,
)  # fmt: skip


class Factor(NamedTuple):
    """A covariance S in the basis of its own directions that are not zero: S = Q diag(values) Q^T.

    Attributes:
        values: (R,), all positive.
        directions: Q, (F, R), orthonormal columns."""

    values: np.ndarray
    directions: np.ndarray

    @property
    def root(self) -> np.ndarray:
        """A with S = A A^T, (F, R)."""
        return self.directions * np.sqrt(self.values)

    @property
    def whitening(self) -> np.ndarray:
        """W with W^T S W = 1, (F, R)."""
        return self.directions / np.sqrt(self.values)


def factor_of(covariance: np.ndarray) -> Factor:
    """The directions in which rows vary.

    In the others the eigenvalue is zero but for rounding, some 1e-16 of the largest, and its root would be 1e-8."""
    values, directions = np.linalg.eigh(covariance)
    is_kept = values > math.sqrt(len(values)) * np.finfo(float).eps * max(values[-1], 0.0)
    return Factor(values[is_kept], directions[:, is_kept])


def frechet_distance(a: Moments, b: Moments) -> float:
    """|m - n|^2 + tr S + tr T - 2 tr (S T)^(1/2), float64, at least 0 but for rounding.

    With S = A A^T and T = B B^T the last trace is the sum of the singular values of A^T B. That needs no root of a
    matrix, is exact for singular covariances, and loses no digits to squares: an eigenvalue of S T is such a singular
    value's square, and is wrong by 1e-16 of the largest, its root by 1e-8.

    Source: Heusel et al. 2017, arXiv:1706.08500; Dowson & Landau 1982."""
    return _distance(a, b, factor_of(a.covariance), factor_of(b.covariance))


def _distance(a: Moments, b: Moments, factor: Factor, other: Factor) -> float:
    return _from_shared(a, b, np.linalg.svd(factor.root.T @ other.root, compute_uv=False).sum())


def _from_shared(a: Moments, b: Moments, shared: float) -> float:
    traces = np.trace(a.covariance) + np.trace(b.covariance)
    return float(((a.mean - b.mean) ** 2).sum() + traces - 2 * shared)


class Comparison(NamedTuple):
    """The distance, and how it depends on a row of each side.

    Attributes:
        influences: of a row of the first side, and of the second."""

    distance: float
    influences: Tuple[Influence, Influence]


def compared(a: Moments, b: Moments) -> Comparison:
    """The distance and, to first order, how it depends on a row of each side.

    A row x of b moves its mean and its covariance, and the distance by
    2 (n - m) . (x - n) + |x - n|^2 - (x - n)^T M (x - n), less a constant: M is the optimal map from b to a.

    Source: Rippl, Munk & Sturm 2016, arXiv:1507.04090."""
    factor, other = factor_of(a.covariance), factor_of(b.covariance)
    left, values, right = np.linalg.svd(factor.root.T @ other.root, full_matrices=False)
    shift = 2 * (a.mean - b.mean)
    # In whitened coordinates z the map's quadratic form is z^T (V diag(s) V^T) z
    on_a = Influence(a.mean, shift, factor.whitening, (left * values) @ left.T)
    on_b = Influence(b.mean, -shift, other.whitening, (right.T * values) @ right)
    return Comparison(_from_shared(a, b, values.sum()), (on_a, on_b))


def standard_error(a: FeatureSet, b: FeatureSet, comparison: Comparison) -> float:
    """Of the distance, to first order: from the variances of both sides' influences. One pass over each side."""
    squared = 0.0
    for side, influence in zip((a, b), comparison.influences):
        n, total, squares = (math.fsum(part) for part in zip(*side.each(influence_sums, influence)))
        squared += max(squares / n - (total / n) ** 2, 0.0) / (n - 1)
    return math.sqrt(squared)


class Line(NamedTuple):
    """distance = intercept + slope / N, by least squares.

    Attributes:
        intercept: the distance of infinitely many samples.
        error: the intercept's standard error, by the residuals.
        sizes, values: what the line was fitted to."""

    intercept: float
    error: float
    slope: float
    sizes: List[int]
    values: List[float]


def sizes_of(n: int, n_sizes: int) -> List[int]:
    """The samples' sizes, evenly spaced from a tenth of n (at most 5,000) to n."""
    first = min(_MOST_FEWEST, max(n // 10, _FEWEST))
    return sorted({int(size) for size in np.linspace(first, n, n_sizes)})


def fitted(sizes: List[int], values: List[float]) -> Line:
    """The line through the distances of at least three samples' sizes."""
    x, y = 1 / np.asarray(sizes, float), np.asarray(values, float)
    about = x - x.mean()
    slope = float(about @ y / (about @ about))
    intercept = float(y.mean() - slope * x.mean())
    residuals = y - intercept - slope * x
    variance = float(residuals @ residuals) / (len(x) - 2)
    error = math.sqrt(variance * (1 / len(x) + x.mean() ** 2 / float(about @ about)))
    return Line(intercept, error, slope, sizes, values)


def extrapolated(fakes: FeatureSet, reals: Moments, centre: np.ndarray, *, n_sizes: int, seed: int) -> Line:
    """The distance of infinitely many fakes: its bias falls as 1/N, so a line in 1/N meets it at 0.

    The smaller samples are parts of the larger ones, in the order of a seeded permutation: each row is read once. The
    reals stay what they are.

    Source: Chong & Forsyth 2020, arXiv:1911.07023; sizes as in dgm-eval, which draws each sample anew."""
    sizes = sizes_of(fakes.n, n_sizes)
    order = np.random.RandomState(seed % 2**32).permutation(fakes.n)
    reals_factor = factor_of(reals.covariance)
    values: List[float] = []
    parts: List[Sums] = []
    for start, size in zip([0, *sizes], sizes):
        added = fakes.only(np.sort(order[start:size]))
        parts = [merged_sums([*parts, added.fold(block_sums, merged_sums, centre)])]
        moments = finished(parts[0], centre)
        values.append(_distance(moments, reals, factor_of(moments.covariance), reals_factor))
    return fitted(sizes, values)


def quantile(degrees: int) -> float:
    """97.5 % of Student's t."""
    return _QUANTILES[degrees - 1] if degrees <= len(_QUANTILES) else 1.96
