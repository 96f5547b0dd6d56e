"""Trains on executors that may be lost: sets replicas up again from the last checkpoint, on the live executors."""

import gc
import time
import warnings
from typing import Any, Callable

from bigdl_gan.checkpoints.keeper import Keeper, Past
from bigdl_gan.jvm import Py4JError, bridge
from bigdl_gan.report.progress import Progress
from bigdl_gan.training.request import Request

# How long to wait for lost executors to be replaced before resuming with fewer. A standalone worker needs some 5 s to
# start one; YARN and Kubernetes need longer.
EXECUTOR_WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.5


class Replicas:
    """One training's replicas, on all the executors that it started with, or on fewer after a loss.

    Args:
        start: creates the core's trainer for a state, a number of executors and a stream of random numbers.
        end: ends the trainer, and releases the images that the executors hold.
        keeper: gives the checkpoint to roll back to."""

    def __init__(
        self, request: Request, start: Callable[[Any, int, int], Any], end: Callable[[], None], *, keeper: Keeper
    ) -> None:
        self._spark, self._params, self._keeper = request.spark, request.params, keeper
        self._start, self._end = start, end
        self._wanted = self._n_executors = len(request.executors)
        self._trainer: Any = None
        self._failures, self._failed_from = 0, -1
        self.stream = 0
        self._state: Any = None  # the present state, if the driver has it
        self._has_moments = False

    def begin(self) -> Past:
        """Set up the replicas with the state to start from.

        Raises:
            RuntimeError: setting them up failed too often."""
        try:
            return self._set_up(self._keeper.last(), self._wanted)
        except bridge.ReplicaLostError as error:
            return self.recover(error, done=0)

    def _set_up(self, past: Past, n_executors: int) -> Past:
        self._n_executors = n_executors
        self.stream = max(self.stream, past.stream)
        self._trainer = self._start(past.state, n_executors, self.stream)
        self._state, self._has_moments = past.state, True
        return past

    def run(self, count: int) -> bytes:
        """Run `count` updates. Raises ReplicaLostError if a replica is lost."""
        if self._state is not None:
            self._state = None
            gc.collect()  # otherwise py4j's reference cycles keep old states alive in the JVM
        return bytes(bridge.run(self._trainer.run, count))

    def are_weights_finite(self) -> bool:
        """Whether all weights and running statistics were finite after the last `run`."""
        return bool(self._trainer.areWeightsFinite())

    def state(self, *, moments: bool) -> Any:
        """The training's present state; it is faster to get without the optimisers' moments.

        Raises:
            ReplicaLostError: a replica is lost."""
        if self._state is None or (moments and not self._has_moments):
            self._state, self._has_moments = bridge.run(self._trainer.gather, moments), moments
        return self._state

    def past(self, progress: Progress, *, moments: bool = True) -> Past:
        """The training's present position and state. Raises ReplicaLostError like `state`."""
        return Past(self.state(moments=moments), progress.history, progress.iteration, self.stream, progress.notes)

    def forget_run(self) -> None:
        """Return to the state before the last `run`. Only its weights are known, not its moments."""
        self._state, self._has_moments = bridge.run(self._trainer.gatherBefore), False

    def roll_back(self) -> Past:
        """Set up all replicas from the last checkpoint, with the next stream of random numbers."""
        self._end_trainer()
        self.stream += 1
        past = self._keeper.last()
        try:
            return self._set_up(past, self._n_executors)
        except bridge.ReplicaLostError as error:
            return self.recover(error, done=past.iteration)

    def recover(self, error: Exception, *, done: int) -> Past:
        """Set up all replicas from the last checkpoint, after a replica was lost.

        Each new checkpoint resets the count of losses, so a training that keeps writing them survives any number.

        Args:
            error: the error that revealed the loss.
            done: updates done before it.
        Raises:
            RuntimeError: there is no `checkpointDir`, there were too many losses, or no executor came back."""
        while True:
            if not self._keeper.keeps:
                raise RuntimeError(
                    f"Training failed: an executor was lost after update {done}. Set `checkpointDir`; training then "
                    "resumes from the last checkpoint."
                ) from error
            self._end_trainer()
            past = self._keeper.last()
            self._failures = 1 if past.iteration > self._failed_from else self._failures + 1
            self._failed_from = past.iteration
            if self._failures > self._params.getMaxRecoveries():
                raise RuntimeError(
                    f"Executors were lost {self._failures} times in a row after update {past.iteration}, without a new "
                    f"checkpoint in between; `maxRecoveries` is {self._params.getMaxRecoveries()}. Last: {error}"
                ) from error
            n_executors = self._await_executors()
            warnings.warn(
                f"An executor was lost after update {done}. Training resumes from update {past.iteration} on "
                f"{n_executors} of {self._wanted} executors.",
                RuntimeWarning, stacklevel=2,
            )  # fmt: skip
            try:
                return self._set_up(past, n_executors)
            except bridge.ReplicaLostError as another:
                error, done = another, past.iteration

    def _await_executors(self) -> int:
        """Wait for lost executors to be replaced; the largest number of live ones that divides `batchSize`."""
        deadline = time.monotonic() + EXECUTOR_WAIT_SECONDS
        alive = self._alive()
        while alive < self._wanted and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            alive = self._alive()
        if alive == 0:
            raise RuntimeError(
                f"All executors were lost, and none came back within {EXECUTOR_WAIT_SECONDS:.0f} s. Call `fit` again "
                "when there are executors: it resumes from the last checkpoint."
            )
        return max(n for n in range(1, min(alive, self._wanted) + 1) if self._params.getBatchSize() % n == 0)

    def _alive(self) -> int:
        return len(bridge.call_json("listExecutors", bridge.java_session(self._spark)))

    def close(self) -> None:
        """End training, and release everything that can still be reached."""
        self._trainer = None
        if bridge.is_alive(self._spark):
            self._quietly(self._end)

    def _end_trainer(self) -> None:
        """End the trainer, and release the replicas that can still be reached; the executors keep their images."""
        trainer, self._trainer = self._trainer, None
        if trainer is not None:
            self._quietly(lambda: bridge.run(trainer.close))

    @staticmethod
    def _quietly(call: Callable[[], Any]) -> None:
        try:
            call()
        except (RuntimeError, Py4JError) as error:
            warnings.warn(f"Not all replicas could be released: {error}", RuntimeWarning, stacklevel=2)
