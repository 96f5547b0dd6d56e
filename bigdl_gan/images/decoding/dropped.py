"""Tells the driver what tasks dropped, by an accumulator: a line in the log, no job of its own."""

import logging
import threading
from typing import Any, Tuple

from pyspark import SparkContext
from pyspark.accumulators import Accumulator, AccumulatorParam

Tally = Tuple[int, str]  # images dropped, and the first with its cause

_QUIET = 2.0  # seconds without news after which a line is written


class _Drops(AccumulatorParam):
    """Adds tallies; on the driver also logs the sum, once the tasks' reports pause.

    What is sent to the executors is a plain adder (`__reduce__`): they log nothing."""

    def __init__(self, *, logs: bool) -> None:
        self._logs = logs
        self._timer: Any = None

    def __reduce__(self) -> Any:
        return _adder, ()

    def zero(self, value: Tally) -> Tally:
        return 0, ""

    def addInPlace(self, value1: Tally, value2: Tally) -> Tally:
        total = (value1[0] + value2[0], value1[1] or value2[1])
        if self._logs and value2[0]:
            self._log_later(total)
        return total

    def _log_later(self, total: Tally) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_QUIET, _log, args=total)
        self._timer.start()


def _adder() -> _Drops:
    return _Drops(logs=False)


def _log(count: int, first: str) -> None:
    logging.getLogger("bigdl_gan.images").warning(
        "images.prepare dropped %d images so far (retried tasks are counted again). First: %s. "
        'handleInvalid="keep" lists them.', count, first,
    )  # fmt: skip


def drops(context: SparkContext) -> Accumulator:
    """An accumulator of tallies. Python itself waits at its end for the last line."""
    return context.accumulator((0, ""), _Drops(logs=True))
