"""The nearest rows of one side among another's: what precision, recall and memorisation stand on."""

from typing import NamedTuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.pairs import merged, nearest


class Neighbours(NamedTuple):
    """The k nearest rows of each row.

    Attributes:
        distances: float64 (N, k), ascending; exact to rounding, and 0 for a copy.
        rows: their numbers in their side, int64 (N, k). Of equally distant ones the lower number comes first."""

    distances: np.ndarray
    rows: np.ndarray


def neighbours_of(a: FeatureSet, b: FeatureSet, k: int, centre: np.ndarray) -> Neighbours:
    """The k nearest rows of b for each row of a; if both are the same side, a row is not its own neighbour.

    A table of b (64 MB) goes to all executors at a time, and the rows of a meet it in tiles, so memory does not grow
    with N^2. The driver holds the results, N x k.

    Args:
        centre: near the rows, so that small distances lose no digits.
    Raises:
        ValueError: b has too few rows."""
    is_same = a is b
    if b.n - is_same < k:
        raise ValueError(
            f"`{b.side}` must have more than {k - 1 + is_same} images for {k} nearest neighbours. Received: {b.n}."
        )
    distances, rows = np.full((a.n, k), np.inf), np.full((a.n, k), -1)
    offsets = a.offsets() if is_same else {}
    for table in b.tables():
        found = a.each(nearest, k, centre, offsets, table=table)
        far, numbers = (np.concatenate(part) for part in zip(*found))
        distances, rows = merged(distances, rows, far, numbers)
    return Neighbours(distances, rows)
