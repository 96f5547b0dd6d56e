"""A training on executors that may be lost: set up again from its last checkpoint, on those that are alive then."""

import gc
import time
import warnings
from typing import Any, Callable

from bigdl_gan.checkpoints.keeper import Keeper, Past
from bigdl_gan.jvm import Py4JError, bridge
from bigdl_gan.report.progress import Progress
from bigdl_gan.training.request import Request

# How long to wait for as many executors as there were, before going on with fewer: a standalone worker needs some
# 5 s to start another one, YARN and Kubernetes more.
EXECUTOR_WAIT_SECONDS = 120.0
_POLL_SECONDS = 0.5


class Replicas:
    """The replicas of one training, on as many executors as it asks for, while there are as many.

    Args:
        start: makes the core's trainer for a state, a number of executors and a stream of random numbers.
        end: ends the trainer, and lets go of the images that the executors hold.
        keeper: where to go back to."""

    def __init__(
        self, request: Request, start: Callable[[Any, int, int], Any], end: Callable[[], None], *, keeper: Keeper
    ) -> None:
        self._spark, self._params, self._keeper = request.spark, request.params, keeper
        self._start, self._end = start, end
        self._wanted = self._n_executors = len(request.executors)
        self._trainer: Any = None
        self._failures, self._failed_from = 0, -1
        self.stream = 0
        self._state: Any = None  # the present one, where the driver has it
        self._has_moments = False

    def begin(self) -> Past:
        """Set the replicas up, where the training stands.

        Raises:
            RuntimeError: they cannot be set up, too often."""
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
        """Do updates. Raises ReplicaLostError where a replica is lost."""
        if self._state is not None:
            self._state = None
            gc.collect()  # or what py4j holds in cycles would keep state after state alive in the JVM
        return bytes(bridge.run(self._trainer.run, count))

    def are_weights_finite(self) -> bool:
        """Whether all weights and running statistics were finite after the last `run`."""
        return bool(self._trainer.areWeightsFinite())

    def state(self, *, moments: bool) -> Any:
        """The state of the training; without the optimisers' moments, it is faster to get.

        Raises:
            ReplicaLostError: a replica is lost."""
        if self._state is None or (moments and not self._has_moments):
            self._state, self._has_moments = bridge.run(self._trainer.gather, moments), moments
        return self._state

    def past(self, progress: Progress) -> Past:
        """Where the training stands now. Raises ReplicaLostError as `state`."""
        return Past(self.state(moments=True), progress.history, progress.iteration, self.stream)

    def forget_run(self) -> None:
        """Take the state before the last `run` for the present one; only its weights are known then."""
        self._state, self._has_moments = bridge.run(self._trainer.gatherBefore), False

    def roll_back(self) -> Past:
        """Set all up from the last checkpoint, with the next stream of random numbers."""
        self._end_trainer()
        self.stream += 1
        past = self._keeper.last()
        try:
            return self._set_up(past, self._n_executors)
        except bridge.ReplicaLostError as error:
            return self.recover(error, done=past.iteration)

    def recover(self, error: Exception, *, done: int) -> Past:
        """After the loss of a replica, set all up from the last checkpoint.

        The losses counted are those since the checkpoint: a training that writes a new one gets over any number.

        Args:
            error: what the loss was noticed by.
            done: updates done before.
        Raises:
            RuntimeError: there is no `checkpointDir`, or there were too many losses, or no executor comes back."""
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
                    f"checkpoint between; `maxRecoveries` is {self._params.getMaxRecoveries()}. Last: {error}"
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
        """Wait for as many executors as there were; of those alive then, the most that `batchSize` can be dealt to."""
        deadline = time.monotonic() + EXECUTOR_WAIT_SECONDS
        alive = self._alive()
        while alive < self._wanted and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            alive = self._alive()
        if alive == 0:
            raise RuntimeError(
                f"All executors were lost, and none came back within {EXECUTOR_WAIT_SECONDS:.0f} s. `fit` goes on from "
                "the last checkpoint when there are executors again."
            )
        return max(n for n in range(1, min(alive, self._wanted) + 1) if self._params.getBatchSize() % n == 0)

    def _alive(self) -> int:
        return len(bridge.call_json("listExecutors", bridge.java_session(self._spark)))

    def close(self) -> None:
        """End what runs, and release what can still be reached."""
        self._trainer = None
        if bridge.is_alive(self._spark):
            self._quietly(self._end)

    def _end_trainer(self) -> None:
        """End what runs, and release the replicas that can still be reached; the executors keep their images."""
        trainer, self._trainer = self._trainer, None
        if trainer is not None:
            self._quietly(lambda: bridge.run(trainer.close))

    @staticmethod
    def _quietly(call: Callable[[], Any]) -> None:
        try:
            call()
        except (RuntimeError, Py4JError) as error:
            warnings.warn(f"Not all replicas could be released: {error}", RuntimeWarning, stacklevel=2)
