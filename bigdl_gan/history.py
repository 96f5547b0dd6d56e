"""The statistics of a training: their names, their means over intervals, and a table of them."""

import csv
import io
from typing import Any, Dict, List, Mapping, Sequence

from bigdl_gan import _files

POSITION = ("iteration", "epoch", "images", "seconds")  # of a row's last update; not averaged
STATISTICS = (
    "loss/generator", "loss/discriminator", "probability/real", "probability/fake", "accuracy/real", "accuracy/fake",
    "gradient_norm/generator", "gradient_norm/discriminator", "seconds/update", "seconds/decode", "seconds/compute",
    "seconds/exchange", "seconds/optimizer",
)  # fmt: skip

Row = Dict[str, Any]


class History:
    """Rows of means over `interval` updates each: those that end at its multiples, and the last one.

    Attributes:
        rows: the finished rows, in order.
    """

    def __init__(self, interval: int) -> None:
        self.rows: List[Row] = []
        self._interval = interval
        self._open: List[Row] = []

    @classmethod
    def from_json(cls, saved: Mapping[str, Any], interval: int) -> "History":
        """A copy of one saved by `as_json`."""
        history = cls(interval)
        history.rows, history._open = list(saved["rows"]), list(saved["open"])
        return history

    def as_json(self) -> Dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {"rows": self.rows, "open": self._open}

    @property
    def seconds(self) -> float:
        """Wall time of the last update; 0 without any."""
        last = (self._open or self.rows or [{"seconds": 0.0}])[-1]
        return float(last["seconds"])

    def extend(self, rows: Sequence[Row]) -> None:
        """Add a row for each of the next updates."""
        for row in rows:
            self._open.append(row)
            if row["iteration"] % self._interval == 0:
                self.close()

    def close(self) -> None:
        """Finish the row that is not full, where there is one."""
        self.rows, self._open = self.finished(), []

    def finished(self) -> List[Row]:
        """The rows as they would be after `close`."""
        return self.rows + ([mean_row(self._open)] if self._open else [])


def mean_row(rows: Sequence[Row]) -> Row:
    """The means of the rows' statistics, at the last one's position."""
    last = rows[-1]
    return {
        name: last[name] if name in POSITION or len(rows) == 1 else sum(row[name] for row in rows) / len(rows)
        for name in last
    }


def to_csv(history: Sequence[Mapping[str, Any]], *, header: bool = True) -> str:
    """Lines of comma-separated values: the position, then the statistics; numbers as Python prints them.

    A row of other keys gives those it has of these."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*POSITION, *STATISTICS], extrasaction="ignore", lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(history)
    return stream.getvalue()


def write_csv(history: Sequence[Mapping[str, Any]], path: str) -> None:
    """Write a model's `history` as a table with a header, replacing a file of that name.

    Args:
        path: a local file, or a URI of any file system Hadoop reaches. Its folder is made.
    Raises:
        OSError: the file system refuses."""
    _files.write(path, to_csv(history).encode())
