"""The data-copying test: whether fakes are nearer to the training images than new images are."""

import math
from typing import Any, List, NamedTuple, Tuple

import numpy as np

from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.cells import nearest_cells

LEAST_IN_CELL = 20  # fakes: cells with fewer say too little
_FOR_CELLS = 10_000  # training rows that the cells are found from, on the driver
_ROUNDS = 100


def cell_centres(train: FeatureSet, n_cells: int, seed: int) -> np.ndarray:
    """Centres by k-means of training rows, at most 10,000 drawn at random; float64 (n_cells, F).

    Source: Lloyd 1982; first centres as Arthur & Vassilvitskii 2007."""
    rng = np.random.RandomState(seed % 2**32)
    drawn = train if train.n <= _FOR_CELLS else train.only(np.sort(rng.permutation(train.n)[:_FOR_CELLS]))
    rows = np.concatenate([table.values for table in drawn.tables()]).astype(np.float64)
    centres = _first_centres(rows, n_cells, rng)
    cells = np.full(len(rows), -1)
    for _ in range(_ROUNDS):
        moved = _squares(rows, centres).argmin(1)
        if (moved == cells).all():
            break
        cells = moved
        for cell in range(n_cells):
            if (cells == cell).any():
                centres[cell] = rows[cells == cell].mean(0)
    return centres


def _first_centres(rows: np.ndarray, n_cells: int, rng: np.random.RandomState) -> np.ndarray:
    """Rows, each drawn with a chance in proportion to its squared distance from those before it."""
    centres = [rows[rng.randint(len(rows))]]
    for _ in range(n_cells - 1):
        squares = _squares(rows, np.stack(centres)).min(1).clip(min=0)
        total = squares.sum()
        centres.append(rows[rng.choice(len(rows), p=squares / total) if total > 0 else rng.randint(len(rows))])
    return np.stack(centres)


def _squares(rows: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.stack([((rows - centre) ** 2).sum(1) for centre in centres], 1)


def cells_of(side: FeatureSet, centres: np.ndarray) -> np.ndarray:
    """The cell of each row: whose centre is nearest, int64 (N,)."""
    return np.concatenate(side.each(nearest_cells, centres))


class Cell(NamedTuple):
    """One cell's ranks.

    Attributes:
        ranks: of the distances of fakes, then of held-out rows, ascending from 1; equal ones share their mean.
        n_fakes: how many come first.
        weight: the share of held-out rows."""

    ranks: np.ndarray
    n_fakes: int
    weight: float

    @property
    def moments(self) -> Tuple[float, float]:
        """The mean and the deviation of the fakes' sum of ranks if both kinds are alike, corrected for ties."""
        total = len(self.ranks)
        n, m = self.n_fakes, total - self.n_fakes
        ties = np.unique(self.ranks, return_counts=True)[1].astype(float)
        spread = total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1))
        return n * (total + 1) / 2, math.sqrt(max(n * m / 12 * spread, 0.0))

    def score(self, sums: np.ndarray) -> np.ndarray:
        """Mann and Whitney's statistic, standardised: of sums of n_fakes ranks."""
        mean, deviation = self.moments
        return (sums - mean) / deviation if deviation else np.zeros_like(sums)


def mean_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share their mean."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: np.ndarray = (ends - (counts - 1) / 2)[where]
    return ranks


class Copying(NamedTuple):
    """The data-copying test.

    Attributes:
        statistic: C_T. Below 0: fakes are nearer to training rows than held-out rows are; above: further.
        null: the statistic of random shuffles of fakes and held-out rows within their cells, (nShuffles,).
        cells: how many cells had enough fakes."""

    statistic: float
    null: np.ndarray
    cells: int

    def details(self) -> Any:
        """What the null distribution says of the statistic."""
        low, high = np.quantile(self.null, [0.025, 0.975])
        return {
            "null_mean": float(self.null.mean()), "null_deviation": float(self.null.std()),
            "null_interval": [float(low), float(high)], "cells": self.cells,
            "p_copying": float((1 + (self.null <= self.statistic).sum()) / (1 + len(self.null))),
            "p_underfitting": float((1 + (self.null >= self.statistic).sum()) / (1 + len(self.null))),
        }  # fmt: skip


def copying(
    fakes: np.ndarray, held_out: np.ndarray, fake_cells: np.ndarray, held_out_cells: np.ndarray, *, n_shuffles: int,
    seed: int,
) -> Copying:  # fmt: skip
    """The data-copying test of distances to the nearest training row.

    C_T is the mean of the cells' standardised rank sums, weighted by their share of held-out rows. Differs: distances
    are to the nearest of all training rows, not of the cell's; ranks are corrected for ties, which copies have; the
    null distribution is of shuffles.

    Args:
        fakes, held_out: distances, (N,) and (M,).
        fake_cells, held_out_cells: the rows' cells.
    Raises:
        ValueError: no cell has 20 fakes and a held-out row.
    Source: Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675."""
    cells = _cells(fakes, held_out, fake_cells, held_out_cells)
    if not cells:
        raise ValueError(
            f"memorization needs a cell with {LEAST_IN_CELL} fakes and a held-out image. Received: {len(fakes)} fakes, "
            f"{len(held_out)} held-out images, none in such a cell. Take more, or set nCells lower."
        )
    rng = np.random.RandomState(seed % 2**32)
    weights = sum(cell.weight for cell in cells)
    statistic, null = 0.0, np.zeros(n_shuffles)
    for cell in cells:
        statistic += cell.weight / weights * float(cell.score(np.array([cell.ranks[:cell.n_fakes].sum()]))[0])
        shuffled = np.array([rng.permutation(cell.ranks)[:cell.n_fakes].sum() for _ in range(n_shuffles)])
        null += cell.weight / weights * cell.score(shuffled)
    return Copying(statistic, null, len(cells))


def _cells(
    fakes: np.ndarray, held_out: np.ndarray, fake_cells: np.ndarray, held_out_cells: np.ndarray
) -> List[Cell]:
    cells = []
    for cell in np.unique(held_out_cells):
        own, others = fakes[fake_cells == cell], held_out[held_out_cells == cell]
        if len(own) >= LEAST_IN_CELL:
            cells.append(Cell(mean_ranks(np.concatenate([own, others])), len(own), len(others) / len(held_out)))
    return cells
