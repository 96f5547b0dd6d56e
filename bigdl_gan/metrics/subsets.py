"""Random subsets of several sides, brought together on the executors: rows are sent once for each use."""

import pickle
from typing import Any, Callable, Dict, Iterable, List, Sequence, Tuple

import numpy as np

from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics import tasks
from bigdl_gan.metrics.feature_set import FeatureSet
from bigdl_gan.metrics.tasks.subset_kernels import pieces

_AT_ONCE = 4  # subsets in a task's memory


def subset_values(
    sides: Sequence[Tuple[FeatureSet, Sequence[np.ndarray]]], function: Callable[..., Any]
) -> List[Any]:
    """What the function says of each subset, in the subsets' order.

    Args:
        sides: each side with its rows' numbers for each subset, in any order.
        function: of `metrics.tasks`, from pieces and the width to (subset, value)."""
    n_subsets, width = len(sides[0][1]), sides[0][0].width
    sent = by_value((function, width), tasks)

    def evaluated(found: Iterable[Any]) -> Iterable[Any]:
        function, width = pickle.loads(sent)
        return function((piece for _, piece in found), width)

    parts = [_pieces(number, side, chosen) for number, (side, chosen) in enumerate(sides)]
    both = parts[0].context.union(parts).map(lambda piece: (piece[0], piece))
    values = both.partitionBy(-(-n_subsets // _AT_ONCE), int).mapPartitions(evaluated).collect()
    return [value for _, value in sorted(values)]


def _pieces(number: int, side: FeatureSet, chosen: Sequence[np.ndarray]) -> Any:
    by_block: Dict[Any, List[Any]] = {entry.key: [] for entry in side.index}
    ends = np.cumsum([entry.n for entry in side.index])
    for subset, rows in enumerate(chosen):
        ordered = np.sort(rows)
        cuts = np.searchsorted(ordered, ends)
        start = 0
        for entry, cut, end in zip(side.index, cuts, ends):
            if cut > start:
                by_block[entry.key].append((subset, ordered[start:cut] - (end - entry.n)))
            start = cut
    sent = by_value((pieces, number, by_block), tasks)

    def cut_out(rows: Iterable[Any]) -> Iterable[Any]:
        pieces, number, by_block = pickle.loads(sent)
        return pieces(rows, number, by_block)

    return side.rows(["features"]).mapPartitions(cut_out)
