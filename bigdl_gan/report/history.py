"""A training's statistics: their names, their means over intervals, and a table of them.

A history does not grow without bound. It keeps the newest 10,000 rows unchanged and averages older ones over 2
neighbours, in a longer training over 4, then 8 and so on, so there are never more than 10,000 of these either. Which
rows are merged depends only on the number of updates, so a resumed training merges the same rows as an uninterrupted
one."""

import bisect
import csv
import io
from typing import Any, Dict, List, Mapping, Sequence

import pandas as pd

from bigdl_gan.jvm import driver_files

POSITION = ("iteration", "epoch", "images", "seconds")  # the values at a row's last update; not averaged
STATISTICS = (
    "loss/generator", "loss/discriminator", "probability/real", "probability/fake", "accuracy/real", "accuracy/fake",
    "gradient_norm/generator", "gradient_norm/discriminator", "seconds/update", "seconds/decode", "seconds/compute",
    "seconds/exchange", "seconds/optimizer",
)  # fmt: skip

# Only in rows of updates with penalties: their values, and the mean norms of the gradients that they are on
PENALTY_STATISTICS = (
    "penalty/r1", "penalty/r2", "penalty/gradient", "input_gradient_norm/real", "input_gradient_norm/fake",
    "input_gradient_norm/between",
)  # fmt: skip

# Begins the names of figures, such as "metric/kid": in rows of updates after which some were measured
FIGURES = "metric/"
ERRORS = "standard_error/"  # those of figures that have one: "standard_error/kid"

_WHOLE = ("iteration", "images")  # integers

Row = Dict[str, Any]

LIMIT = 10_000


class History:
    """Rows of means over `interval` updates each; each row ends at a multiple of `interval`, or at the last update.

    Args:
        limit: the number of rows to keep unchanged; also the most means over older rows. Even."""

    def __init__(self, interval: int, limit: int = LIMIT) -> None:
        self._interval, self._limit = interval, limit
        self._older: List[Row] = []  # each is a mean over some power of two of rows
        self._width = 2  # how many rows the next of these will average
        self._recent: List[Row] = []
        self._open: List[Row] = []

    @classmethod
    def from_json(cls, saved: Mapping[str, Any], interval: int, limit: int = LIMIT) -> "History":
        """A copy of a history saved by `as_json`; `older` and `width` may be missing, as in format-1 checkpoints."""
        history = cls(interval, limit)
        history._older, history._width = list(saved.get("older", [])), saved.get("width", 2)
        history._recent, history._open = list(saved["rows"]), list(saved["open"])
        history._thin()
        return history

    def as_json(self) -> Dict[str, Any]:
        """The whole history, as a value that JSON can hold."""
        return {"older": self._older, "width": self._width, "rows": self._recent, "open": self._open}

    @property
    def rows(self) -> List[Row]:
        """The finished rows, in order; a new list."""
        return self._older + self._recent

    @property
    def seconds(self) -> float:
        """Wall time at the last update; 0 before any."""
        last = (self._open or self._recent or [{"seconds": 0.0}])[-1]
        return float(last["seconds"])

    def extend(self, rows: Sequence[Row]) -> None:
        """Add one row for each new update."""
        for row in rows:
            self._open.append(row)
            if row["iteration"] % self._interval == 0:
                self.close()

    def record(self, figures: Mapping[str, float]) -> None:
        """Put figures into the row that has the last update. There must be one."""
        put_figures((self._open or self._recent)[-1], figures)

    def close(self) -> None:
        """Finish the incomplete row, if there is one."""
        if self._open:
            self._recent.append(mean_row(self._open))
            self._open = []
            self._thin()

    def _thin(self) -> None:
        """Replace the oldest rows beyond the limit by means."""
        while len(self._recent) >= self._limit + self._width:
            self._older.append(mean_row(self._recent[: self._width]))
            del self._recent[: self._width]
            if len(self._older) == self._limit:
                self._older = [mean_row(self._older[i : i + 2]) for i in range(0, self._limit, 2)]
                self._width *= 2

    def finished(self) -> List[Row]:
        """The rows that `close` would leave."""
        copy = History.from_json(self.as_json(), self._interval, self._limit)
        copy.close()
        return copy.rows


def last_iteration(rows: Sequence[Mapping[str, Any]]) -> int:
    """The generator updates that the rows cover; 0 without rows."""
    return rows[-1]["iteration"] if rows else 0


def rows_after(rows: Sequence[Row], iteration: int) -> Sequence[Row]:
    """The rows of later updates, found by their iteration because a history's rows do not keep their places."""
    return rows[bisect.bisect_right([row["iteration"] for row in rows], iteration):]


def put_figures(row: Row, figures: Mapping[str, float]) -> None:
    """Put figures and their standard errors into a row. A figure takes the place of an earlier one and of its error."""
    for name in figures:
        if name.startswith(FIGURES):
            row.pop(f"{ERRORS}{name[len(FIGURES):]}", None)
    row.update(figures)


def mean_row(rows: Sequence[Row]) -> Row:
    """The means of the rows' statistics, at the last row's position. A mean skips the rows that lack its statistic.

    Of a figure there is no mean: the last one stands."""
    last = rows[-1]
    names = dict.fromkeys(name for row in (last, *rows) for name in row if not name.startswith((FIGURES, ERRORS)))
    merged = {name: last[name] if name in POSITION else _mean(rows, name) for name in names}
    for row in rows:
        put_figures(merged, {name: row[name] for name in row if name.startswith((FIGURES, ERRORS))})
    return merged


def _mean(rows: Sequence[Row], name: str) -> float:
    values = [row[name] for row in rows if name in row]
    return values[0] if len(values) == 1 else sum(values) / len(values)


def _columns(history: Sequence[Mapping[str, Any]]) -> List[str]:
    """The position, the statistics, and those of the penalties and the figures that there are."""
    present = [name for name in PENALTY_STATISTICS if any(name in row for row in history)]
    figures = dict.fromkeys(name for row in history for name in row if name.startswith((FIGURES, ERRORS)))
    return [*POSITION, *STATISTICS, *present, *figures]


def to_csv(history: Sequence[Mapping[str, Any]], *, header: bool = True) -> str:
    """Lines of comma-separated values: the position, then the statistics; numbers as Python prints them.

    Columns that a row lacks stay empty; its other keys are ignored."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _columns(history), extrasaction="ignore", lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(history)
    return stream.getvalue()


def to_pandas(history: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A model's `history` as a pandas DataFrame, one row for each of its rows.

    Its columns are those of `write_csv`, with "_" for "/", so that attributes reach them: `frame.loss_generator`. A
    statistic that a row lacks is NaN."""
    columns = _columns(history)
    frame = pd.DataFrame.from_records([[row.get(name) for name in columns] for row in history], columns=columns)
    whole = {name: "int64" for name in _WHOLE if frame[name].notna().all()}
    return frame.astype("float64").astype(whole).rename(columns=lambda name: name.replace("/", "_"))


def write_csv(history: Sequence[Mapping[str, Any]], path: str) -> None:
    """Write a model's `history` as a table with a header, replacing a file of that name.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. Its folder is created.
    Raises:
        OSError: the file system refuses."""
    driver_files.write(path, to_csv(history).encode())
