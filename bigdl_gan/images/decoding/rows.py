"""Decodes batches of rows in a task."""

from typing import Any, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import pandas as pd
from pyspark import TaskContext

from bigdl_gan.images.decoding.convert import numbers_to_image, struct_to_image
from bigdl_gan.images.decoding.crop import InvalidImage
from bigdl_gan.images.decoding.picture import Target, decode, fit, to_data

_ROWS = 64  # rows in a returned batch: Spark's default of 10,000 would be a gigabyte

Decoded = Tuple[Optional[bytes], str, Optional[str]]  # pixels, origin, cause; one of the first and the last is None


class RowReader(NamedTuple):
    """Turns the columns that `prepare` sends into pixels or a cause, row by row.

    Args:
        array_shape, array_range: for arrays of numbers."""

    target: Target
    array_shape: Sequence[int]
    array_range: Sequence[float]

    def run(self, batches: Iterator[Sequence[pd.Series]], handle_invalid: str, dropped: Any) -> Iterator[pd.DataFrame]:
        """The decoded rows of a partition, in batches of _ROWS.

        Args:
            batches: payload, problem, the struct's numbers, origin, box.
            dropped: an accumulator of tallies, with "skip".
        Raises:
            ValueError: with "error", after the last row, if any row could not be used. No rows are returned from the
                first bad one's batch on: a caller who takes only a few must see the error too."""
        n_rows, n_bad, first = 0, 0, ""
        for batch in batches:
            rows = list(zip(*batch))
            for start in range(0, len(rows), _ROWS):
                results = [self.read(*row) for row in rows[start:start + _ROWS]]
                for i, (_, origin, cause) in enumerate(results):
                    if cause is not None:
                        first = first or f"{origin or _position(n_rows + i)}: {cause}"
                        n_bad += 1
                n_rows += len(results)
                if n_bad and handle_invalid == "error":
                    continue
                yield pd.DataFrame(results, columns=["data", "origin", "cause"], dtype=object)
        if n_bad and handle_invalid == "error":
            raise ValueError(_message(n_bad, n_rows, first, self.target.spelling("handle_invalid")))
        if n_bad and dropped is not None:
            dropped.add((n_bad, first))

    def read(self, payload: Any, problem: Optional[str], numbers: Any, origin: Optional[str], box: Any) -> Decoded:
        """Decode one row. A picture that cannot be used gives a cause, never an exception."""
        try:
            if payload is None:
                raise InvalidImage(problem or "null")
            edges: List[float] = [float("nan")] * 4 if box is None else list(box)
            if self.target.crop == "box" and (box is None or len(edges) != 4):
                raise InvalidImage("null box" if box is None else f"box of {len(edges)} numbers, not 4")
            if numbers is not None:
                image = fit(struct_to_image(payload, *(int(n) for n in numbers)), self.target, edges)
            elif isinstance(payload, np.ndarray):
                image = fit(numbers_to_image(payload, tuple(self.array_shape), *self.array_range), self.target, edges)
            else:
                image = decode(payload, self.target, edges)
            return to_data(image), origin or "", None
        except InvalidImage as error:
            return None, origin or "", str(error)


def _partition() -> int:
    task = TaskContext.get()
    return -1 if task is None else task.partitionId()  # None only outside tasks


def _position(row: int) -> str:
    return f"row {row} of partition {_partition()}"


def _message(n_bad: int, n_rows: int, first: str, remedy: str) -> str:
    partition = _partition()
    return (
        f"{n_bad} of {n_rows} images in partition {partition} cannot be used. First: {first}. "
        f'{remedy}="skip" drops them, "keep" lists all with their causes.'
    )
