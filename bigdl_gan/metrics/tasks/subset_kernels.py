"""Random subsets of both sides, gathered in tasks, and their kernel distance."""

from typing import Any, Dict, Iterable, Iterator, List, Tuple

import numpy as np

from bigdl_gan.metrics.tasks.pairs import cubic

Piece = Tuple[int, Tuple[int, int, int], bytes]  # the subset; its side, partition and block; the rows


def pieces(rows: Iterable[Any], side: int, chosen: Dict[Any, List[Tuple[int, np.ndarray]]]) -> Iterator[Piece]:
    """What each block gives to each subset.

    Args:
        rows: (partition, block, n, bytes of float32).
        chosen: by (partition, block), subsets and the rows' numbers in the block."""
    for partition, number, n, data in rows:
        values = np.frombuffer(data, "<f4").reshape(n, -1)
        for subset, picked in chosen.get((partition, number), ()):
            yield subset, (side, partition, number), values[picked].tobytes()


def subset_distances(found: Iterable[Piece], width: int) -> Iterator[Tuple[int, float]]:
    """The kernel distance of each subset that has all its pieces in this task."""
    gathered: Dict[int, List[Tuple[Tuple[int, int, int], bytes]]] = {}
    for subset, place, data in found:
        gathered.setdefault(subset, []).append((place, data))
    for subset, parts in gathered.items():
        sides = [
            np.frombuffer(b"".join(bytes(data) for place, data in sorted(parts) if place[0] == side), "<f4")
            for side in (0, 1)
        ]
        yield subset, _distance(*(side.reshape(-1, width).astype(np.float64) for side in sides))


def _distance(x: np.ndarray, y: np.ndarray) -> float:
    n, m = len(x), len(y)
    within = [(kernel.sum() - np.trace(kernel)) / (count * (count - 1)) for kernel, count in (
        (cubic(x, x), n), (cubic(y, y), m))]  # fmt: skip
    return float(within[0] + within[1] - 2 * cubic(x, y).mean())
