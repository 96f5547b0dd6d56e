"""The training loop, as the driver's Python sees it: chunks of updates, and what they reported."""

import math
import time
import warnings
from typing import Any, Callable, Dict, List, Sequence

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan import _interrupt, _jvm, _optimizers
from bigdl_gan._keeper import Keeper
from bigdl_gan._recovery import Replicas
from bigdl_gan.callbacks import Callback, ProgressBar
from bigdl_gan.params import GANParams

_CHUNK_SECONDS = 3.0  # the progress bar's pace; a chunk costs one Spark job, some 10 to 40 ms


def train(
    df: DataFrame, params: GANParams, table: Any, *, generator: Any, discriminator: Any, n_images: int,
    n_executors: int, keeper: Keeper,
) -> List[Dict[str, Any]]:  # fmt: skip
    """Train both networks in place; the last step of `GANEstimator.fit`, after all checks.

    Args:
        table: the core's table of the images.
        generator, discriminator: dllib Keras models that nobody else holds.
        n_images: images in the table.
        n_executors: alive.
        keeper: of the checkpoints, for these networks.
    Returns:
        The history: a dict per generator update, those before the checkpoint it began at included.
    Raises:
        RuntimeError: the training failed in the executors.
        OSError: a checkpoint could not be written."""
    batch_size = params.getBatchSize()
    critic_updates = params.getNCritic() if params.getUpdateRule() == "alternating" else 0
    per_update = batch_size * max(critic_updates, 1)
    optimizers = [_optimizers.of(params, name) for name in ("generatorOptimizer", "discriminatorOptimizer")]

    def start(state: Any, n: int) -> Any:
        return _jvm.call(
            "startTraining", _jvm.java_session(df.sparkSession), table, generator.value, discriminator.value,
            optimizers[0].value, optimizers[1].value, params.getLoss(), batch_size, critic_updates, params.getSeed(),
            n, state,
        )  # fmt: skip

    replicas = Replicas(df.sparkSession, params, start, keeper=keeper, n_executors=n_executors)
    try:
        callbacks = params.getCallbacks() if params.isDefined("callbacks") else [ProgressBar()]
        loop = _Loop(replicas, keeper, callbacks, total=n_updates(params, n_images), per_update=per_update)
        with _interrupt.deferred() as interrupted:
            state = loop.run(n_images, interrupted)
        _jvm.call("storeState", state, generator.value, discriminator.value)
    finally:
        replicas.close()
    return loop.history


def n_updates(params: GANParams, n_images: int) -> int:
    """Generator updates to do: the smaller of `maxIter` and what `maxEpochs` come to, the last one begun counted."""
    critic_updates = params.getNCritic() if params.getUpdateRule() == "alternating" else 1
    limits = [params.getMaxIter()] if params.isDefined("maxIter") else []
    if params.isDefined("maxEpochs"):
        limits.append(math.ceil(params.getMaxEpochs() * n_images / (params.getBatchSize() * critic_updates)))
    return min(limits)


class _Loop:
    """One training: chunks of updates, callbacks after each, checkpoints, and the way back after a loss."""

    def __init__(
        self, replicas: Replicas, keeper: Keeper, callbacks: Sequence[Callback], *, total: int, per_update: int
    ) -> None:
        self._replicas, self._keeper, self._callbacks = replicas, keeper, callbacks
        self._total, self._per_update = total, per_update
        self._names = _jvm.strings(_jvm.call("statisticNames"))
        self._chunk = 1
        self.history: List[Dict[str, Any]] = []

    def run(self, n_images: int, interrupted: Callable[[], bool]) -> Any:
        """Train to the end, or until interrupted; the state of the training then."""
        self.history = self._replicas.begin()
        begin = time.monotonic() - (self.history[-1]["seconds"] if self.history else 0.0)
        for callback in self._callbacks:
            callback.on_begin(self._total, self._per_update)
        try:
            while True:
                try:
                    while len(self.history) < self._total and not interrupted():
                        self._advance(n_images, begin)
                    return self._finish()
                except _jvm.ReplicaLostError as error:
                    self.history = self._replicas.begin_again(error, done=len(self.history))
                    self._chunk = 1
        finally:
            for callback in self._callbacks:
                callback.on_end()

    def _advance(self, n_images: int, begin: float) -> None:
        done = len(self.history)
        count = min(self._chunk, self._total - done, self._keeper.left(done))
        values = np.frombuffer(self._replicas.run(count), "<f8").reshape(count, len(self._names))
        rows = _rows(values, self._names, done=done, per_update=self._per_update, n_images=n_images)
        for row in rows:
            row["seconds"] = time.monotonic() - begin
        self.history.extend(rows)
        for callback in self._callbacks:
            callback.on_chunk(rows)
        # At most twice as many as before: the first updates of a training are slow.
        wanted = min(2 * self._chunk, round(_CHUNK_SECONDS / rows[-1]["seconds/update"]))
        self._chunk = max(1, wanted)
        # After the callbacks, which may refuse what they see.
        if self._keeper.is_due(len(self.history)) and len(self.history) < self._total:
            self._keeper.write(self._replicas.gather(), self.history)

    def _finish(self) -> Any:
        state = self._replicas.gather()
        self._keeper.write(state, self.history)
        if len(self.history) < self._total:
            warnings.warn(
                f"The training was interrupted: the model is that after update {len(self.history)} of {self._total}.",
                RuntimeWarning, stacklevel=2,
            )  # fmt: skip
        return state


def _rows(
    values: np.ndarray, names: Sequence[str], *, done: int, per_update: int, n_images: int
) -> List[Dict[str, Any]]:
    rows = []
    for number, line in enumerate(values.tolist(), start=done + 1):
        position = {"iteration": number, "epoch": number * per_update / n_images, "images": number * per_update}
        rows.append({**position, **dict(zip(names, line))})
    return rows
