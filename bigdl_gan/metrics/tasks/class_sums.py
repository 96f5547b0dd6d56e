"""Sums over rows of class probabilities."""

from typing import Any, Dict, Iterable, Iterator, Tuple

import numpy as np

from bigdl_gan.metrics.tasks.packing import Block

Keyed = Tuple[Any, Any]


def _shares(block: Block) -> np.ndarray:
    """Probabilities that add up to 1 in float64."""
    rows = block.values.astype(np.float64)
    return rows / rows.sum(1, keepdims=True)


def _logs(rows: np.ndarray) -> np.ndarray:
    """p log p, 0 for p = 0."""
    return np.where(rows > 0, rows * np.log(np.where(rows > 0, rows, 1.0)), 0.0)


def split_sums(blocks: Iterable[Block], splits: Dict[Any, np.ndarray], n_splits: int) -> Iterator[Keyed]:
    """For each block and split: (rows, (S,); the sum of p, (S, K); the sum of p log p over rows and classes, (S,)).

    Args:
        splits: the number of each row's split, by block."""
    for block in blocks:
        rows, own = _shares(block), splits[block.partition, block.number]
        counts, totals, logs = np.zeros(n_splits), np.zeros((n_splits, rows.shape[1])), np.zeros(n_splits)
        by_row = _logs(rows).sum(1)
        for split in np.unique(own):
            counts[split] = (own == split).sum()
            totals[split] = rows[own == split].sum(0)
            logs[split] = by_row[own == split].sum()
        yield (block.partition, block.number), (counts, totals, logs)


def divergence_squares(blocks: Iterable[Block], mean: np.ndarray) -> Iterator[Keyed]:
    """For each block the sum of its rows' squared divergences KL(p || mean)."""
    safe = np.log(np.where(mean > 0, mean, 1.0))
    for block in blocks:
        rows = _shares(block)
        yield (block.partition, block.number), float(((_logs(rows).sum(1) - rows @ safe) ** 2).sum())


def likeliest(blocks: Iterable[Block]) -> Iterator[Keyed]:
    """For each block how many of its rows have each class as the likeliest, (K,)."""
    for block in blocks:
        counts = np.bincount(block.values.argmax(1), minlength=block.values.shape[1])
        yield (block.partition, block.number), counts
