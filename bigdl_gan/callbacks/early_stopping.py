"""Stops a training that no longer improves."""

import math
from typing import Any, Dict, List

from bigdl_gan.callbacks.base import Callback
from bigdl_gan.callbacks.training_handle import Training
from bigdl_gan.metrics.evaluation import METRICS
from bigdl_gan.params.values import check_one_of, to_integer, to_number
from bigdl_gan.report.history import FIGURES, STATISTICS

_MODES = ("auto", "min", "max")


class EarlyStopping(Callback):
    """Stops training when a statistic, or a metric that `Evaluate` measures, has not improved for a while.

    One update's statistics are noisy, so this callback averages them over `every` updates. It stops training after
    `patience` means in a row, none of which improved on the best by more than `min_delta`.

    Checkpoints have its best mean and how long it has waited. So a training that resumes or rolls back stops where an
    uninterrupted one does, and one that it stopped is stopped at once by the next `fit`, unless `patience` is longer
    now. Other changed arguments start it afresh. So does a checkpoint of a callback `Checkpoint` before it in the list.

    Of a metric the mean is over the figures within `every` updates, most often a single one. Updates without a figure
    do not count, so `patience` then counts figures.

    Args:
        statistic: a key of `model.history`, such as "loss/generator", or a metric, such as "kid" or "metric/kid".
        patience: the number of means in a row, at least 1.
        min_delta: an improvement counts if it is larger than this, in the statistic's unit; at least 0.
        mode: whether "min" or "max" is better. "auto": of a metric what it says itself, of other statistics "min".
        every: generator updates averaged into one mean.
    """

    def __init__(
        self, statistic: str, patience: int = 10, *, min_delta: float = 0.0, mode: str = "auto", every: int = 100
    ) -> None:
        if not (isinstance(statistic, str) and statistic.startswith(FIGURES)):  # of which a callback may have its own
            check_one_of("statistic", statistic, (*STATISTICS, *METRICS))
            statistic = f"{FIGURES}{statistic}" if statistic in METRICS else statistic
        check_one_of("mode", mode, _MODES)
        self.every = to_integer("every", every, least=1)
        self._statistic, self._patience = statistic, to_integer("patience", patience, least=1)
        self._min_delta = to_number("min_delta", min_delta, least=0)
        self.watched = statistic[len(FIGURES):] if statistic.startswith(FIGURES) else ""
        self._mode, self._sign = mode, 1.0

    def on_begin(self, training: Training) -> None:
        is_larger_better = training.metrics[self.watched] if self.watched else False
        self._sign = -1.0 if self._mode == "max" or (self._mode == "auto" and is_larger_better) else 1.0
        self._restore(training)

    def on_rollback(self, training: Training) -> None:
        self._restore(training)

    @property
    def _key(self) -> str:
        """What decides the means and how they compare."""
        return f"EarlyStopping({self._statistic}, {self._min_delta!r}, {self._sign:+.0f}, {self.every})"

    def _restore(self, training: Training) -> None:
        """Be as at the checkpoint; afresh if it does not say."""
        known = training.remembered(self._key)
        if known.get("iteration") != training.iteration:
            known = {}
        self._best = known.get("best", math.inf)  # as a minimum, whatever the mode
        self._best_at, self._waited = int(known.get("best_at", 0)), int(known.get("waited", 0))
        self._sum, self._n = known.get("sum", 0.0), int(known.get("n", 0))  # of the mean to come
        self._stop_if_due(training)

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        for row in rows:
            if self._statistic in row:
                self._sum, self._n = self._sum + row[self._statistic], self._n + 1
        if training.iteration % self.every == 0 and self._n:
            self._judge(self._sign * self._sum / self._n, training.iteration)
        training.remember(self._key, {
            "iteration": training.iteration, "best": self._best, "best_at": self._best_at, "waited": self._waited,
            "sum": self._sum, "n": self._n,
        })  # fmt: skip
        self._stop_if_due(training)

    def _judge(self, mean: float, iteration: int) -> None:
        self._sum, self._n = 0.0, 0
        if mean < self._best - self._min_delta:
            self._best, self._best_at, self._waited = mean, iteration, 0
        else:
            self._waited += 1

    def _stop_if_due(self, training: Training) -> None:
        if self._waited >= self._patience:
            training.stop(
                f"{self._statistic} has not improved on {self._sign * self._best:.6g} by more than {self._min_delta:g} "
                f"in {training.iteration - self._best_at} updates"
            )
