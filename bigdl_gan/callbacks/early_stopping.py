"""Stops a training that no longer improves."""

import math
from typing import Any, Dict, List

from bigdl_gan.callbacks.base import Callback
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.params.values import check_one_of, to_integer, to_number
from bigdl_gan.report.history import STATISTICS

_MODES = ("min", "max")


class EarlyStopping(Callback):
    """Stops training when a statistic has not improved for a while.

    One update's statistics are noisy, so this callback averages them over `every` updates. It stops training after
    `patience` means in a row, none of which improved on the best by more than `min_delta`. It starts afresh when
    training resumes or rolls back to a checkpoint.

    Args:
        statistic: a key of `model.history`, such as "loss/generator".
        patience: the number of means in a row, at least 1.
        min_delta: an improvement counts if it is larger than this, in the statistic's unit; at least 0.
        mode: whether "min" or "max" is better.
        every: generator updates averaged into one mean.
    """

    def __init__(
        self, statistic: str, patience: int = 10, *, min_delta: float = 0.0, mode: str = "min", every: int = 100
    ) -> None:
        check_one_of("statistic", statistic, STATISTICS)
        check_one_of("mode", mode, _MODES)
        self.every = to_integer("every", every, least=1)
        self._statistic, self._patience = statistic, to_integer("patience", patience, least=1)
        self._min_delta = to_number("min_delta", min_delta, least=0)
        self._sign = 1.0 if mode == "min" else -1.0
        self._reset()

    def _reset(self) -> None:
        self._best, self._waited = math.inf, 0  # the best is kept as a minimum, whatever the mode
        self._values: List[float] = []

    def on_begin(self, training: Training) -> None:
        self._reset()

    def on_rollback(self, training: Training) -> None:
        self._reset()

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        self._values += [row[self._statistic] for row in rows]
        if training.iteration % self.every:
            return
        value = self._sign * sum(self._values) / len(self._values)
        self._values = []
        if value < self._best - self._min_delta:
            self._best, self._waited = value, 0
            return
        self._waited += 1
        if self._waited >= self._patience:
            training.stop(
                f"{self._statistic} has not improved on {self._sign * self._best:.6g} by more than {self._min_delta:g} "
                f"in {self._waited * self.every} updates"
            )
