"""The training loop: chunks of updates, callbacks after each, checkpoints, and recovery when a chunk fails."""

import math
import time
import warnings
from typing import Any, Callable, Dict, List, Sequence

import numpy as np

from bigdl_gan.callbacks import Training
from bigdl_gan.callbacks.dispatch import Dispatcher
from bigdl_gan.checkpoints.keeper import Keeper, Past
from bigdl_gan.jvm import bridge
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.report.history import PENALTY_STATISTICS, POSITION, Row
from bigdl_gan.report.progress import Progress
from bigdl_gan.training.replicas import Replicas

# A chunk is one Spark job, which costs some 80 ms in local mode and 200 ms on a cluster. Chunks are long enough to keep
# that share small, and short enough for the progress bar and for ctrl-C, which wait for a chunk's end.
_OVERHEAD_SHARE = 0.01
_CHUNK_SECONDS = (5.0, 10.0)
_PARTS = ("seconds/decode", "seconds/compute", "seconds/exchange", "seconds/optimizer")


class Loop:
    """One training, from the state that its replicas start with to its last update, or until it is stopped.

    Args:
        progress: only this loop writes it; callbacks can only ask it to stop.
        training: the callbacks' view of this training.
        keep_best: called after the callbacks, to keep the present generator if it is the best.
    """

    def __init__(
        self, replicas: Replicas, keeper: Keeper, progress: Progress, callbacks: Dispatcher, training: Training, *,
        params: GANParams, keep_best: Callable[[], None],
    ) -> None:  # fmt: skip
        self._keep_best = keep_best
        self._replicas, self._keeper, self._progress = replicas, keeper, progress
        self._callbacks, self._training = callbacks, training
        self._rollbacks_left = params.getMaxRollbacks() if params.getOnDivergence() == "rollback" else 0
        self._names = bridge.strings(bridge.call("statisticNames"))
        self._begin, self._chunk = 0.0, 1

    def run(self, interrupted: Callable[[], bool]) -> Any:
        """Train, and return the core's final state. Raises RuntimeError and OSError like `train`."""
        self._go_to(self._replicas.begin())
        self._begin = time.monotonic() - self._progress.history.seconds
        failed = True
        try:
            self._callbacks.on_begin(self._training)
            state = self._updates(interrupted)
            failed = False
            return state
        finally:
            self._progress.finish(failed=failed)
            self._callbacks.on_end(self._training)

    def _go_to(self, past: Past) -> None:
        self._progress.go_to(past.iteration, past.history, past.notes)
        self._chunk = 1

    def _updates(self, interrupted: Callable[[], bool]) -> Any:
        progress = self._progress
        while True:
            try:
                while progress.iteration < progress.total and not progress.stop_reason:
                    self._advance()
                    if interrupted():
                        progress.stop("interrupted")
                        self._warn_of_end("Training was interrupted")
                return self._finish()
            except bridge.ReplicaLostError as error:
                self._go_to(self._replicas.recover(error, done=progress.iteration))
                self._callbacks.on_rollback(self._training)

    def _advance(self) -> None:
        progress = self._progress
        done = progress.iteration
        limits = (self._chunk, progress.total - done, self._keeper.left(done), self._callbacks.until_next(done))
        count = int(min(limits))
        values = np.frombuffer(self._replicas.run(count), "<f8").reshape(count, len(self._names))
        rows = self._rows(values, done)
        problem = divergence(rows, are_weights_finite=self._replicas.are_weights_finite())
        if problem:
            self._diverged(problem)
            return
        progress.advance(rows)
        self._callbacks.on_chunk(rows, self._training)
        self._keep_best()  # before the checkpoint: a resume does not measure again what comes before that
        # At most twice the last chunk: the first updates are slow.
        self._chunk = max(1, min(2 * self._chunk, round(_chunk_seconds(rows) / rows[-1]["seconds/update"])))
        if self._keeper.is_due(progress.iteration) and progress.iteration < progress.total:
            self._keeper.write(self._replicas.past(progress))

    def _diverged(self, problem: str) -> None:
        if self._rollbacks_left:
            self._rollbacks_left -= 1
            self._go_to(self._replicas.roll_back())
            warnings.warn(
                f"Training diverged: {problem}. It resumes from update {self._progress.iteration} with other "
                f"random numbers. Rollbacks left: {self._rollbacks_left}.",
                RuntimeWarning, stacklevel=2,
            )  # fmt: skip
            self._callbacks.on_rollback(self._training)
            return
        self._replicas.forget_run()
        self._progress.stop("diverged")
        self._warn_of_end(f"Training diverged: {problem}. Lower the learning rates")

    def _warn_of_end(self, reason: str) -> None:
        done, total = self._progress.iteration, self._progress.total
        warnings.warn(f"{reason}: the returned model is from update {done} of {total}.", RuntimeWarning, stacklevel=2)

    def _finish(self) -> Any:
        if self._progress.stop_reason == "diverged":
            return self._replicas.state(moments=False)  # nothing can resume from it, so it needs no moments
        past = self._replicas.past(self._progress)
        self._keeper.write(past)
        return past.state

    def _rows(self, values: np.ndarray, done: int) -> List[Row]:
        """One dict per update.

        Args:
            values: the core's statistics, (updates, statistics).
            done: updates done before these."""
        rows, now = [], time.monotonic() - self._begin
        for index, line in enumerate(values.tolist()):
            # A penalty that an update lacks is not a number.
            statistics = {
                name: value for name, value in zip(self._names, line)
                if name not in PENALTY_STATISTICS or not math.isnan(value)
            }  # fmt: skip
            images = (done + index + 1) * self._progress.batch_size
            seconds = now - (len(values) - index - 1) * statistics["seconds/update"]
            position = dict(zip(POSITION, (done + index + 1, images / self._progress.n_images, images, seconds)))
            rows.append({**position, **statistics})
        return rows


def _chunk_seconds(rows: Sequence[Row]) -> float:
    """Seconds that the next chunk should take, judging by the last one."""
    shortest, longest = _CHUNK_SECONDS
    overhead = sum(row["seconds/update"] - sum(row[part] for part in _PARTS) for row in rows)
    return min(longest, max(shortest, overhead / _OVERHEAD_SHARE))


def divergence(rows: Sequence[Dict[str, Any]], *, are_weights_finite: bool) -> str:
    """The first value that is not finite, and its update; empty if all are finite.

    Args:
        rows: the statistics of some updates.
        are_weights_finite: whether the weights are finite after the last of them."""
    for row in rows:
        for name, value in row.items():
            if not math.isfinite(value):
                return f"{name} is {value} in update {row['iteration']}"
    return "" if are_weights_finite else f"weights are not finite after update {rows[-1]['iteration']}"
