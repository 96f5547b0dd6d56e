"""A history as one file of little-endian float64 values, row after row: a tenth of JSON's time and size.

The caller stores its description as JSON: the columns' names, and the number of rows of each kind."""

from typing import Any, Dict, List, Mapping, Tuple

import numpy as np

_KINDS = ("older", "rows", "open")  # keys of `History.as_json`, in the file's order
_COUNTS = ("iteration", "images")  # whole numbers, below 2^53


def pack(history: Mapping[str, Any]) -> Tuple[bytes, Dict[str, Any]]:
    """The file for a `History.as_json`, and its description."""
    rows = [row for kind in _KINDS for row in history[kind]]
    columns = sorted({name for row in rows for name in row})
    values = np.array([[row.get(name, np.nan) for name in columns] for row in rows], "<f8")
    counts = {kind: len(history[kind]) for kind in _KINDS}
    return values.tobytes(), {"columns": columns, "width": history["width"], **counts}


def unpack(data: bytes, about: Mapping[str, Any]) -> Dict[str, Any]:
    """The reverse of `pack`.

    Args:
        about: the description, already checked for types.
    Raises:
        ValueError: the file and the description do not match."""
    columns, n_rows = about["columns"], sum(about[kind] for kind in _KINDS)
    if len(data) != 8 * n_rows * len(columns) or len(set(columns)) < len(columns):
        raise ValueError(f"it has {len(data)} bytes, but must hold {n_rows} rows of {len(columns)} columns")
    values = np.frombuffer(data, "<f8").reshape(n_rows, len(columns))
    for name in _COUNTS:
        if n_rows and not (name in columns and _are_counts(values[:, columns.index(name)])):
            raise ValueError(f"its column {name} does not hold whole numbers")
    rows = [_row(columns, line) for line in values.tolist()]
    ends = np.cumsum([0, *(about[kind] for kind in _KINDS)])
    split = {kind: rows[start:end] for kind, start, end in zip(_KINDS, ends, ends[1:])}
    return {**split, "width": about["width"]}


def _are_counts(values: np.ndarray) -> bool:
    return bool(((values >= 0) & (values < 2**53) & (values == np.floor(values))).all())


def _row(columns: List[str], line: List[float]) -> Dict[str, Any]:
    """The original row, without the columns that it lacked."""
    pairs = ((name, value) for name, value in zip(columns, line) if value == value)  # false for NaN
    return {name: int(value) if name in _COUNTS else value for name, value in pairs}
