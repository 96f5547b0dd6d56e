"""Reports to the driver what tasks dropped, through an accumulator: a line in the log, without a job of its own."""

import logging
import threading
from typing import Any, Tuple

from pyspark import SparkContext
from pyspark.accumulators import Accumulator, AccumulatorParam

Tally = Tuple[int, str]  # the number of images dropped, and the first one with its cause

_QUIET = 2.0  # seconds without news after which a line is written


class _Drops(AccumulatorParam):
    """Adds tallies; on the driver, also logs the sum once the tasks' reports pause.

    Executors receive a plain adder (`__reduce__`), which logs nothing.

    Args:
        remedy: the option to set, as the user spells it. If empty, nothing is logged."""

    def __init__(self, remedy: str) -> None:
        self._remedy = remedy
        self._timer: Any = None

    def __reduce__(self) -> Any:
        return _adder, ()

    def zero(self, value: Tally) -> Tally:
        return 0, ""

    def addInPlace(self, value1: Tally, value2: Tally) -> Tally:
        total = (value1[0] + value2[0], value1[1] or value2[1])
        if self._remedy and value2[0]:
            self._log_later(total)
        return total

    def _log_later(self, total: Tally) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_QUIET, _log, args=(*total, self._remedy))
        self._timer.start()


def _adder() -> _Drops:
    return _Drops("")


def _log(count: int, first: str, remedy: str) -> None:
    logging.getLogger("bigdl_gan.images").warning(
        "images.prepare dropped %d images so far (retried tasks are counted again). First: %s. "
        '%s="keep" lists them.', count, first, remedy,
    )  # fmt: skip


def drops(context: SparkContext, remedy: str) -> Accumulator:
    """An accumulator of tallies. Python waits at exit until the last line is logged.

    Args:
        remedy: the option that lists what was dropped, as the user spells it."""
    return context.accumulator((0, ""), _Drops(remedy))
