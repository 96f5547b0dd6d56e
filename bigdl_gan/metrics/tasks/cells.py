"""Which centre each row is nearest to."""

from typing import Any, Iterable, Iterator, Tuple

import numpy as np

from bigdl_gan.metrics.tasks.packing import Block


def nearest_cells(blocks: Iterable[Block], centres: np.ndarray) -> Iterator[Tuple[Any, Any]]:
    """For each block the number of its rows' nearest centre, int64 (N,)."""
    for block in blocks:
        rows = block.values.astype(np.float64)
        squares = np.stack([((rows - centre) ** 2).sum(1) for centre in centres], 1)
        yield (block.partition, block.number), squares.argmin(1)
