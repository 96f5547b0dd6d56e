"""Every row of a partition against every row of a table: kernels, neighbours, balls; never all pairs at once.

A table is some consecutive rows of a side, float32, which all tasks have. Its rows are taken in tiles."""

from typing import Any, Dict, Iterable, Iterator, NamedTuple, Tuple

import numpy as np

from bigdl_gan.metrics.tasks.packing import Block

Keyed = Tuple[Any, Any]

TILE = 4096  # rows of the table at once
_ROWS = 256  # rows of a block at once: products of 8 MB
_CLOSE = 1e-9  # of two rows' squared lengths: what a distance from their product may be wrong by, with much to spare


class Table(NamedTuple):
    """Some consecutive rows of a side.

    Attributes:
        values: float32 (M, F).
        start: the first row's number in its side.
        is_all: whether these are all of its side."""

    values: np.ndarray
    start: int
    is_all: bool


def kernel_sums(blocks: Iterable[Block], table: Table, kind: str, offsets: Dict[Any, int]) -> Iterator[Keyed]:
    """For each block its rows' sums of k(x, y) over the table, float64 (N,).

    Args:
        kind: "cubic": (x . y / F + 1)^3; "distance": |x - y|.
        offsets: the number in the table's side of each block's first row, for sides that are the same: a row's pair
            with itself is left out. Empty otherwise."""
    kernel = _KERNELS[kind]
    tiles = _prepared(table, np.zeros(1))
    for block in blocks:
        sums = np.zeros(len(block.values))
        for start in range(0, len(sums), _ROWS):
            rows = block.values[start:start + _ROWS].astype(np.float64)
            own = offsets[block.partition, block.number] + start if offsets else -1
            for tile, _, first in tiles:
                found = kernel(rows, tile)
                _set_own(found, own, first, 0.0)
                sums[start:start + _ROWS] += found.sum(1)
        yield (block.partition, block.number), sums


def kernel_sums_both_ways(blocks: Iterable[Block], table: Table, kind: str) -> Iterator[Keyed]:
    """A partition's and the table's rows' sums of k(x, y) over each other.

    Yields:
        (partition, ({(partition, block): (N,)}, (M,)))."""
    kernel = _KERNELS[kind]
    tiles = _prepared(table, np.zeros(1))
    across: Dict[Any, np.ndarray] = {}
    back = np.zeros(len(table.values))
    for block in blocks:
        sums = across[block.partition, block.number] = np.zeros(len(block.values))
        for start in range(0, len(sums), _ROWS):
            rows = block.values[start:start + _ROWS].astype(np.float64)
            for tile, _, first in tiles:
                found = kernel(rows, tile)
                sums[start:start + _ROWS] += found.sum(1)
                back[first - table.start:first - table.start + len(tile)] += found.sum(0)
    for partition, _ in list(across)[:1]:
        yield partition, (across, back)


def _set_own(values: np.ndarray, own: int, first: int, value: float) -> None:
    """Sets each row's pair with itself, if it is there.

    Args:
        own: the number of the first row in its side; negative for another side.
        first: that of the first column."""
    if own >= 0:
        mine = np.arange(own, own + len(values)) - first
        inside = np.flatnonzero((mine >= 0) & (mine < values.shape[1]))
        values[inside, mine[inside]] = value


def cubic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(x . y / F + 1)^3 of each pair of rows."""
    products = x @ y.T
    products /= x.shape[1]
    products += 1
    squares = products * products
    squares *= products  # a power of 3 by NumPy's `**` takes ten times as long
    return squares


def distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x - y| of each pair of rows."""
    return np.sqrt(_squared(x, y, (x**2).sum(1), (y**2).sum(1)).clip(min=0))


_KERNELS = {"cubic": cubic, "distance": distances}


def nearest(
    blocks: Iterable[Block], table: Table, k: int, centre: np.ndarray, offsets: Dict[Any, int]
) -> Iterator[Keyed]:
    """For each block its rows' k nearest rows in the table: distances, float64 (N, k), ascending, and row numbers.

    If the table has fewer, what is missing is at an infinite distance, and has row number -1.

    Args:
        offsets: the number in the table's side of each block's first row, for sides that are the same: a row is not its
            own neighbour. Empty otherwise."""
    tiles = _prepared(table, centre)
    for block in blocks:
        found = []
        for start in range(0, len(block.values), _ROWS):
            rows = block.values[start:start + _ROWS].astype(np.float64) - centre
            own = offsets[block.partition, block.number] + start if offsets else -1
            found.append(_nearest_rows(rows, tiles, k, own))
        far, numbers = (np.concatenate(part) for part in zip(*found))
        yield (block.partition, block.number), (far, numbers)


def _nearest_rows(rows: np.ndarray, tiles: Any, k: int, own: int) -> Tuple[np.ndarray, np.ndarray]:
    squares = (rows**2).sum(1)
    best, numbers = np.full((len(rows), k), np.inf), np.full((len(rows), k), -1)
    for values, lengths, start in tiles:
        squared = _squared(rows, values, squares, lengths)
        _set_own(squared, own, start, np.inf)
        # After some tiles, few rows have a neighbour in the next one: a search in all takes longer than the products
        bound = best[:, -1] + _CLOSE * (squares + lengths.max())
        some = np.flatnonzero(squared.min(1) <= bound)
        if len(some):
            found = _best_of(rows[some], values, squared[some], min(k, len(values)))
            best[some], numbers[some] = merged(best[some], numbers[some], found[0], found[1] + start)
    numbers[np.isinf(best)] = -1
    return np.sqrt(best), numbers


def _best_of(rows: np.ndarray, values: np.ndarray, squared: np.ndarray, k: int) -> Tuple[np.ndarray, np.ndarray]:
    """The k smallest of each row, in any order: exact squared distances, and columns."""
    near = np.argpartition(squared, k - 1, axis=1)[:, :k]
    exact = ((rows[:, None] - values[near]) ** 2).sum(2)  # a product loses the digits of a small distance
    exact[np.isinf(np.take_along_axis(squared, near, 1))] = np.inf
    return exact, near


def merged(
    a: np.ndarray, a_numbers: np.ndarray, b: np.ndarray, b_numbers: np.ndarray
) -> Tuple[np.ndarray, np.ndarray]:
    """The nearest of two lists per row, as many as in the first; of equal distances the lower number comes first."""
    both, numbers = np.concatenate([a, b], 1), np.concatenate([a_numbers, b_numbers], 1)
    order = np.lexsort((numbers, both), axis=1)[:, :a.shape[1]]
    return np.take_along_axis(both, order, 1), np.take_along_axis(numbers, order, 1)


class Balls(NamedTuple):
    """What `in_balls` returns of a partition's rows x and a table's rows y.

    Attributes:
        counts: for each block in how many balls around rows of the table each x lies.
        reached: whether each y lies in a ball around any x, bool (M,).
        reaching: whether any x lies in the ball around each y, bool (M,)."""

    counts: Dict[Any, np.ndarray]
    reached: np.ndarray
    reaching: np.ndarray


def in_balls(
    blocks: Iterable[Block], table: Table, centre: np.ndarray, radii: np.ndarray, own_radii: Dict[Any, np.ndarray],
    is_closed: bool,
) -> Iterator[Keyed]:  # fmt: skip
    """The membership in balls, of one partition against the table: (partition, Balls).

    Args:
        radii: of the balls around the table's rows, (M,).
        own_radii: of the balls around the rows of each block.
        is_closed: whether a ball has its surface."""
    tiles = _prepared(table, centre)
    counts: Dict[Any, np.ndarray] = {}
    reached, reaching = np.zeros(len(table.values), bool), np.zeros(len(table.values), bool)
    partition = -1
    for block in blocks:
        partition, key = block.partition, (block.partition, block.number)
        counts[key] = np.zeros(len(block.values), np.int64)
        for start in range(0, len(block.values), _ROWS):
            part = slice(start, start + _ROWS)
            rows, own = block.values[part].astype(np.float64) - centre, own_radii[key][part]
            for values, lengths, first in tiles:
                tile = slice(first - table.start, first - table.start + len(values))
                squared = _settled(rows, values, lengths, own, radii[tile])
                inside = _within(squared, radii[tile] ** 2, is_closed)
                counts[key][part] += inside.sum(1)
                reaching[tile] |= inside.any(0)
                reached[tile] |= _within(squared, own[:, None] ** 2, is_closed).any(0)
    if counts:
        yield partition, Balls(counts, reached, reaching)


def _within(squared: np.ndarray, bound: np.ndarray, is_closed: bool) -> np.ndarray:
    return squared <= bound if is_closed else squared < bound


def _settled(
    rows: np.ndarray, values: np.ndarray, lengths: np.ndarray, own: np.ndarray, radii: np.ndarray
) -> np.ndarray:
    """Squared distances; those too close to one of their two radii are computed exactly, as the radii were.

    So a copy of the very neighbour that gives a radius has exactly this distance."""
    squares = (rows**2).sum(1)
    squared = _squared(rows, values, squares, lengths)
    slack = _CLOSE * (squares[:, None] + lengths)
    unsure = (np.abs(squared - radii**2) <= slack) | (np.abs(squared - own[:, None] ** 2) <= slack)
    i, j = np.nonzero(unsure)
    for start in range(0, len(i), _ROWS):  # a few, but for sets of copies
        a, b = i[start:start + _ROWS], j[start:start + _ROWS]
        squared[a, b] = np.sqrt(((rows[a] - values[b]) ** 2).sum(1)) ** 2  # rounded as the square of a radius is
    return squared


def _squared(x: np.ndarray, y: np.ndarray, x_squares: np.ndarray, y_squares: np.ndarray) -> np.ndarray:
    products = x @ y.T
    products *= -2
    products += x_squares[:, None]
    products += y_squares
    return products


def _tiles(values: np.ndarray) -> Iterator[np.ndarray]:
    return (values[start:start + TILE] for start in range(0, len(values), TILE))


def _prepared(table: Table, centre: np.ndarray) -> Any:
    """The table's tiles about the centre: (values, squared lengths, the first row's number in the side)."""
    tiles = [tile.astype(np.float64) - centre for tile in _tiles(table.values)]
    return [(tile, (tile**2).sum(1), table.start + number * TILE) for number, tile in enumerate(tiles)]
