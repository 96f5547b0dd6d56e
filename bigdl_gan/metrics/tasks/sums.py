"""Sums over the rows of blocks: moments, and a quadratic function of each row."""

from typing import Any, Callable, Iterable, Iterator, NamedTuple, Tuple

import numpy as np

from bigdl_gan.metrics.tasks.packing import Block

Keyed = Tuple[Any, Any]


class Sums(NamedTuple):
    """Of some rows x about a centre c, in float64.

    Attributes:
        n: rows.
        total: the sum of x - c, (F,).
        products: the sum of (x - c)(x - c)^T, (F, F)."""

    n: int
    total: np.ndarray
    products: np.ndarray


def block_sums(blocks: Iterable[Block], centre: np.ndarray) -> Iterator[Keyed]:
    """The sums of a partition's rows, taken block by block: (partition, Sums); nothing for an empty partition."""
    n, partition = 0, -1
    total, products = np.zeros(len(centre)), np.zeros((0, 0))
    for block in blocks:
        rows = block.values.astype(np.float64) - centre
        if n:
            products += rows.T @ rows
        else:
            products = rows.T @ rows
        total += rows.sum(0)
        n, partition = n + len(rows), block.partition
    if n:
        yield partition, Sums(n, total, products)


def merged_sums(parts: Iterable[Sums]) -> Sums:
    """The sums of all parts, added in their order."""
    first, *others = list(parts)
    n, total, products = first.n, first.total.copy(), first.products.copy()
    for part in others:
        n += part.n
        total += part.total
        products += part.products
    return Sums(n, total, products)


def in_order(pairs: Iterable[Any], merge: Callable[..., Any]) -> Iterator[Keyed]:
    """One group's (group, (place, value)) as (group, the values merged in the order of their places)."""
    found = list(pairs)
    if found:
        yield found[0][0], merge([value for _, value in sorted((pair for _, pair in found), key=lambda pair: pair[0])])


class Influence(NamedTuple):
    """g . (x - mean) + |x - mean|^2 - z^T K z with z = W (x - mean), of each row x.

    Attributes:
        mean, slope: (F,).
        whitening: W, (F, R), applied from the right.
        kernel: K, (R, R)."""

    mean: np.ndarray
    slope: np.ndarray
    whitening: np.ndarray
    kernel: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """The function of each row, float64 (N,)."""
        rows = values.astype(np.float64) - self.mean
        white = rows @ self.whitening
        return rows @ self.slope + (rows**2).sum(1) - ((white @ self.kernel) * white).sum(1)


def influence_sums(blocks: Iterable[Block], influence: Influence) -> Iterator[Keyed]:
    """For each block (n, the sum of its rows' influences, the sum of their squares)."""
    for block in blocks:
        values = influence.of(block.values)
        yield (block.partition, block.number), (len(values), float(values.sum()), float((values**2).sum()))
