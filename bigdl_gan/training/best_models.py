"""Keeps a training's best generators by their figures: the one that `returnBest` returns, and those of callbacks."""

import warnings
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from bigdl_gan import checkpoints
from bigdl_gan.checkpoints import Checkpoint, Trained
from bigdl_gan.checkpoints.best_files import delete_others, find_best, is_better
from bigdl_gan.checkpoints.keeper import Keeper
from bigdl_gan.report.history import History, Row
from bigdl_gan.report.progress import Progress
from bigdl_gan.training.best_checks import folder_of, measured_metrics
from bigdl_gan.training.replicas import Replicas
from bigdl_gan.training.request import Request

_MOST_NAMED = 5  # updates in a warning


class Returned(NamedTuple):
    """The state that becomes the model, the history up to it, and the path of its checkpoint, if there is one."""

    state: Any
    history: List[Row]
    path: Optional[str]


class _Best(NamedTuple):
    """A generator's figure, and either the path of its checkpoint or its state and history."""

    figure: float
    path: str
    state: Any = None
    history: List[Row] = []


class BestModels:
    """One training's best generators so far, each by one metric and in one folder.

    A rollback does not undo them: they were as good as their figures say.

    Args:
        begin: the checkpoint that training resumes from. Then it knows what its predecessor kept."""

    def __init__(
        self, request: Request, keeper: Keeper, replicas: Replicas, progress: Progress, *, begin: Optional[Checkpoint]
    ) -> None:
        self._spark, self._params, self._begin = request.spark, request.params, begin
        self._keeper, self._replicas, self._progress = keeper, replicas, progress
        self._metrics = measured_metrics(request.params)
        self._best: Dict[Tuple[str, str], Optional[_Best]] = {}  # by folder, "" for memory, and metric

    def keep(self, folder: str, metric: str) -> None:
        """Write a checkpoint if the present generator is the best; the only one in its folder. Raises OSError."""
        if not self._is_best(folder, metric):
            return
        past, figure = self._replicas.past(self._progress), self._progress.figures[metric]
        path = self._keeper.write_to(past, folder)
        self._best[folder, metric] = _Best(figure, path)
        delete_others(self._spark, folder, path)

    def keep_returned(self) -> None:
        """Keep the present generator if it is the best by `returnBest`.

        Raises:
            OSError: it cannot be written, and the Param `onCheckpointError` is "stop"."""
        if not self._params.isDefined("returnBest"):
            return
        metric, folder = self._params.getReturnBest(), folder_of(self._params)
        if folder:
            try:
                self.keep(folder, metric)
            except OSError as error:
                self._keeper.report(self._progress.iteration, folder, error)
        elif self._is_best("", metric):
            past = self._replicas.past(self._progress, moments=False)
            self._best["", metric] = _Best(self._progress.figures[metric], "", past.state, past.history.finished())

    def _is_best(self, folder: str, metric: str) -> bool:
        if metric not in self._progress.figures:
            return False
        best, larger = self._so_far(folder, metric), self._metrics[metric]
        return best is None or is_better(self._progress.figures[metric], best.figure, is_larger_better=larger)

    def _so_far(self, folder: str, metric: str) -> Optional[_Best]:
        if (folder, metric) not in self._best:
            self._best[folder, metric] = self._earlier(folder, metric)
        return self._best[folder, metric]

    def _earlier(self, folder: str, metric: str) -> Optional[_Best]:
        if self._begin is None or not folder:
            return None
        larger, like = self._metrics[metric], self._begin.metadata
        found = find_best(self._spark, folder, metric, is_larger_better=larger, like=like)
        return None if found is None else _Best(found.figure, found.checkpoint.path)

    def returned(self, networks: Dict[str, Any], unmeasured: Mapping[str, Sequence[int]]) -> Optional[Returned]:
        """What `returnBest` chose; None if that is unset, or if there is none, which a warning says.

        Another warning names the generators that could not be compared.

        Args:
            networks: dllib models of the training's structure.
            unmeasured: by metric, the updates after which measuring failed."""
        if not self._params.isDefined("returnBest"):
            return None
        metric, folder = self._params.getReturnBest(), folder_of(self._params)
        try:
            best = self._so_far(folder, metric)
            if best is None:
                raise OSError("none was measured")
            found = Returned(best.state, best.history, None) if not folder else self._read(best.path, networks)
        except OSError as error:
            _warn_of_last(metric, error, self._progress.iteration)
            return None
        self._warn_of_unmeasured(metric, found, unmeasured.get(metric, ()))
        return found

    def _read(self, path: str, networks: Dict[str, Any]) -> Returned:
        found = checkpoints.open_at(self._spark, path)
        state = checkpoints.read_state(self._spark, found, **networks)
        return Returned(state, History.from_json(found.history, interval=1).finished(), found.path)

    def _warn_of_unmeasured(self, metric: str, found: Returned, unmeasured: Sequence[int]) -> None:
        if not unmeasured:
            return
        last, updates = self._progress.iteration, ", ".join(map(str, unmeasured[:_MOST_NAMED]))
        more = f" and {len(unmeasured) - _MOST_NAMED} more" if len(unmeasured) > _MOST_NAMED else ""
        remedy = ""
        if last in unmeasured and self._params.isDefined("checkpointDir"):
            remedy = f" Compare the last one in {self._params.getCheckpointDir()} with it, by metrics.evaluate."
        elif last in unmeasured:
            remedy = " With a `checkpointDir`, the last one would have been kept as well."
        warnings.warn(
            f"`returnBest`={metric!r} could not compare the generators of updates {updates}{more}, because measuring "
            f"them failed. The returned model, of update {found.history[-1]['iteration']} of {last}, is the best of "
            f"the others.{remedy}",
            RuntimeWarning, stacklevel=3,
        )  # fmt: skip


def read_finished(request: Request, start: Checkpoint) -> Trained:
    """The result of a training that its newest checkpoint ends: the last generator, or the one of `returnBest`.

    Raises:
        ValueError, OSError: as `read_trained`."""
    params = request.params
    if not params.isDefined("returnBest"):
        return checkpoints.read_trained(request.spark, start)
    metric = params.getReturnBest()
    larger = measured_metrics(params)[metric]
    best = find_best(request.spark, folder_of(params), metric, is_larger_better=larger, like=start.metadata)
    if best is None:
        _warn_of_last(metric, OSError("none was kept"), start.iteration)
    return checkpoints.read_trained(request.spark, start if best is None else best.checkpoint)


def _warn_of_last(metric: str, error: OSError, iteration: int) -> None:
    warnings.warn(
        f"`returnBest`={metric!r} has no generator to return: {error}. The returned model is from the last update, "
        f"{iteration}. Measure it by metrics.evaluate before you rely on it.",
        RuntimeWarning, stacklevel=3,
    )  # fmt: skip
