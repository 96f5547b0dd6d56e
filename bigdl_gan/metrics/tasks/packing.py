"""Rows of features as blocks of bytes, and blocks as arrays."""

from itertools import groupby
from operator import itemgetter
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np
import pyarrow as pa
from pyspark import TaskContext

BLOCK_BYTES = 2**21  # of float32 features; a block never crosses partitions


class Block(NamedTuple):
    """Some rows of one side.

    Attributes:
        partition, number: together in the order of the rows.
        values: float32 (N, width)."""

    partition: int
    number: int
    values: np.ndarray


def pack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of a partition in blocks.

    Args:
        batches: `id`, `label`, `features` and maybe `probabilities`; the last two are lists of floats.
    Raises:
        ValueError: a row without features, rows of different lengths, or a number that is not finite."""
    kept: List[Dict[str, Any]] = []
    n_kept, n_blocks, rows = 0, 0, 0
    for batch in batches:
        if not batch.num_rows:
            continue
        part = {"ids": batch.column(0), "labels": batch.column(1)}
        for column in range(2, batch.num_columns):
            name = batch.schema.field(column).name
            part[name] = as_matrix(batch.column(column), name)
        rows = rows or max(1, BLOCK_BYTES // (4 * part["features"].shape[1]))
        kept.append(part)
        n_kept += batch.num_rows
        while n_kept >= rows:
            yield _block(kept, rows, n_blocks)
            n_kept, n_blocks = n_kept - rows, n_blocks + 1
    if n_kept:
        yield _block(kept, n_kept, n_blocks)


def as_matrix(lists: pa.Array, name: str) -> np.ndarray:
    """Lists of floats of one length as float32 (N, length). Raises ValueError as `pack`."""
    if lists.null_count or lists.flatten().null_count:
        raise ValueError(f"The extractor must give `{name}` for each row. Received: null.")
    values = lists.flatten().to_numpy(zero_copy_only=False)
    lengths = np.diff(lists.offsets.to_numpy())
    if lengths.min() != lengths.max() or not lengths[0]:
        raise ValueError(
            f"The extractor must give as many `{name}` for each row. Received: {lengths.min()} to {lengths.max()}."
        )
    if not np.isfinite(values).all():
        raise ValueError(f"`{name}` must be finite. Received: {int((~np.isfinite(values)).sum())} that are not.")
    return np.ascontiguousarray(values, np.float32).reshape(len(lists), lengths[0])


def _block(kept: List[Dict[str, Any]], n: int, number: int) -> pa.RecordBatch:
    """Takes n rows off the front."""
    taken: List[Dict[str, Any]] = []
    left = n
    while left:
        part = kept[0]
        n_part = len(part["ids"])
        if n_part <= left:
            taken.append(kept.pop(0))
        else:
            taken.append({name: column[:left] for name, column in part.items()})
            kept[0] = {name: column[left:] for name, column in part.items()}
        left -= min(left, n_part)
    columns = {name: [part[name] for part in taken] for name in taken[0]}
    features = np.concatenate(columns["features"])
    likely = np.concatenate(columns["probabilities"]) if "probabilities" in columns else np.zeros((n, 0), np.float32)
    numbers = [_partition(), number, n, features.shape[1], likely.shape[1]]
    data = [features.sum(0, dtype=np.float64).tobytes(), features.tobytes(), likely.tobytes()]
    values = [
        *(pa.array([one], pa.int32()) for one in numbers), *(pa.array([one]) for one in data),
        _one_list(columns["ids"]), _one_list(columns["labels"]),
    ]  # fmt: skip
    names = ["partition", "block", "n", "width", "classes", "total", "features", "probabilities", "ids", "labels"]
    return pa.RecordBatch.from_arrays(values, names)


def _one_list(arrays: Sequence[pa.Array]) -> pa.ListArray:
    values = pa.concat_arrays(list(arrays))
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)


def _partition() -> int:
    task = TaskContext.get()
    return 0 if task is None else task.partitionId()  # None only outside tasks


def blocks_of(rows: Iterable[Sequence[Any]]) -> Iterator[Block]:
    """Blocks from rows (partition, block, n, bytes of float32)."""
    for partition, number, n, data in rows:
        yield Block(partition, number, np.frombuffer(data, "<f4").reshape(n, -1))


def as_they_are(blocks: Iterable[Block]) -> Iterator[Tuple[Any, np.ndarray]]:
    """For each block its values."""
    for block in blocks:
        yield (block.partition, block.number), np.array(block.values)


def by_partition(rows: Iterable[Sequence[Any]]) -> Iterator[Iterator[Sequence[Any]]]:
    """The rows of each partition, in which features were extracted; a task may have several, one after the other."""
    for _, group in groupby(rows, key=itemgetter(0)):
        yield group


def pick(rows: Iterable[Sequence[Any]], chosen: Dict[Any, np.ndarray]) -> Iterator[Tuple[Any, ...]]:
    """Blocks with only the chosen rows; those without one are left out.

    Args:
        rows: (partition, block, n, and columns: bytes of float32, or lists).
        chosen: by (partition, block), the rows' numbers in the block, ascending."""
    for partition, number, n, *columns in rows:
        picked = chosen.get((partition, number))
        if picked is not None:
            values = [_picked(column, n, picked) for column in columns]
            yield (partition, number, len(picked), *values)


def _picked(column: Any, n: int, picked: np.ndarray) -> Any:
    if isinstance(column, (bytes, bytearray)):
        return np.frombuffer(column, "<f4").reshape(n, -1)[picked].tobytes()
    return [column[row] for row in picked]
