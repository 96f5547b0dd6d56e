"""The kernel distance between two sets of features: of all rows with its standard error, and of many subsets."""

import math
from typing import Any, Dict, Iterable, List, NamedTuple, Tuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.jackknife import jackknife_variance
from bigdl_gan.metrics.subsets import subset_values
from bigdl_gan.metrics.tasks.pairs import kernel_sums, kernel_sums_both_ways
from bigdl_gan.metrics.tasks.subset_kernels import subset_distances


def own_sums(side: FeatureSet, kind: str) -> np.ndarray:
    """For each row x the sum of k(x, y) over the other rows y of its side, float64 (N,).

    Each table goes to all executors, and meets the rows there in tiles: no N x N matrix.

    Args:
        kind: of `pairs.kernel_sums`."""
    if ("sums", kind) not in side.known:
        offsets = side.offsets()
        parts = [np.concatenate(side.each(kernel_sums, kind, offsets, table=table)) for table in side.tables()]
        side.known["sums", kind] = np.sum(parts, axis=0)
    known: np.ndarray = side.known["sums", kind]
    return known


def sums_across(a: FeatureSet, b: FeatureSet, kind: str) -> Tuple[np.ndarray, np.ndarray]:
    """For each row x of a the sum of k(x, y) over the rows y of b, (N,), and the other way round, (M,)."""
    across, back = np.zeros(a.n), np.zeros(b.n)
    places = a.places()
    for table in b.tables():
        part = slice(table.start, table.start + len(table.values))
        for by_block, sums in a.each(kernel_sums_both_ways, kind, table=table):
            back[part] += sums
            for key, values in by_block.items():
                across[places[key]] += values
    return across, back


class KernelSums(NamedTuple):
    """The sums of k for each row.

    Attributes:
        fakes, reals: over the other rows of its side.
        across: of each fake, over all reals.
        back: of each real, over all fakes."""

    fakes: np.ndarray
    reals: np.ndarray
    across: np.ndarray
    back: np.ndarray


def kernel_sums_of(fakes: FeatureSet, reals: FeatureSet) -> KernelSums:
    """The sums of (x . y / F + 1)^3."""
    across, back = sums_across(fakes, reals, "cubic")
    return KernelSums(own_sums(fakes, "cubic"), own_sums(reals, "cubic"), across, back)


def kernel_distance(sums: KernelSums) -> float:
    """The unbiased estimate of the squared maximum mean discrepancy: a U-statistic of all rows. It can be negative.

    Source: Binkowski et al. 2018, arXiv:1801.01401; Gretton et al. 2012."""
    n, m = len(sums.fakes), len(sums.reals)
    within = math.fsum(sums.fakes) / (n * (n - 1)) + math.fsum(sums.reals) / (m * (m - 1))
    return within - 2 * math.fsum(sums.across) / (n * m)


def standard_error(sums: KernelSums) -> float:
    """Of the estimate, by the jackknife: what it would be without each row follows from that row's sums."""
    n, m = len(sums.fakes), len(sums.reals)
    cross = math.fsum(sums.across)
    if min(n, m) < 3:
        return math.nan
    variance = 0.0
    for count, other, own, over in ((n, m, sums.fakes, sums.across), (m, n, sums.reals, sums.back)):
        left = (math.fsum(own) - 2 * own) / ((count - 1) * (count - 2)) - 2 * (cross - over) / ((count - 1) * other)
        variance += jackknife_variance(left)
    return math.sqrt(variance)


def subset_distances_of(fakes: FeatureSet, reals: FeatureSet, *, n_subsets: int, size: int, seed: int) -> np.ndarray:
    """The same estimate of n_subsets random subsets of each side, float64 (n_subsets,).

    With features in the same order, the subsets are those of torch-fidelity with rng_seed=seed, which draws the fakes
    first if they are its first input: NumPy's RandomState, whose numbers never change."""
    rng = np.random.RandomState(seed % 2**32)
    chosen: Dict[str, List[np.ndarray]] = {"fakes": [], "reals": []}
    for _ in range(n_subsets):
        chosen["fakes"].append(rng.choice(fakes.n, size, replace=False))
        chosen["reals"].append(rng.choice(reals.n, size, replace=False))
    found: Iterable[Any] = subset_values([(fakes, chosen["fakes"]), (reals, chosen["reals"])], subset_distances)
    return np.array(list(found))
