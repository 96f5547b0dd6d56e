"""The training loop, as the driver's Python sees it: chunks of updates, and what they reported."""

import math
import time
from typing import Any, List, Sequence

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan import _jvm, _optimizers
from bigdl_gan.callbacks import ProgressBar, Training
from bigdl_gan.callbacks.dispatch import Dispatcher
from bigdl_gan.history import Row
from bigdl_gan.model import GANModel
from bigdl_gan.params import OBJECT_PARAMS, GANParams

_CHUNK_SECONDS = 3.0  # the progress bar's pace; a chunk costs one Spark job, some 10 to 40 ms


def train(
    df: DataFrame, params: GANParams, table: Any, *, generator: Any, discriminator: Any, n_images: int
) -> List[Row]:
    """Train both networks in place; the last step of `GANEstimator.fit`, after all checks.

    Args:
        table: the core's table of the images.
        generator, discriminator: dllib Keras models that nobody else holds.
        n_images: images in the table.
    Returns:
        The history: a dict per `historyInterval` generator updates.
    Raises:
        RuntimeError: the training failed in the executors."""
    batch_size = params.getBatchSize()
    critic_updates = params.getNCritic() if params.getUpdateRule() == "alternating" else 0
    per_update = batch_size * max(critic_updates, 1)
    optimizers = [
        params.getOrDefault(name) if params.isDefined(name) else _optimizers.default()
        for name in ("generatorOptimizer", "discriminatorOptimizer")
    ]
    trainer = _jvm.call(
        "startTraining", _jvm.java_session(df.sparkSession), table, generator.value, discriminator.value,
        optimizers[0].value, optimizers[1].value, params.getLoss(), batch_size, critic_updates, params.getSeed(),
    )  # fmt: skip

    def snapshot() -> GANModel:
        _jvm.run(trainer.store)
        return GANModel()._set(generator=generator)

    try:
        training = Training(
            snapshot, total=n_updates(params, n_images), batch_size=per_update,
            history_interval=params.getHistoryInterval(),
            params={p.name: v for p, v in params.extractParamMap().items() if p.name not in OBJECT_PARAMS},
        )  # fmt: skip
        callbacks = Dispatcher(params.getCallbacks() if params.isDefined("callbacks") else [ProgressBar()])
        _run(trainer, training, callbacks, n_images=n_images)
        _jvm.run(trainer.store)
    finally:
        _jvm.run(trainer.close)
    return training.history


def n_updates(params: GANParams, n_images: int) -> int:
    """Generator updates to do: the smaller of `maxIter` and what `maxEpochs` come to, the last one begun counted."""
    critic_updates = params.getNCritic() if params.getUpdateRule() == "alternating" else 1
    limits = [params.getMaxIter()] if params.isDefined("maxIter") else []
    if params.isDefined("maxEpochs"):
        limits.append(math.ceil(params.getMaxEpochs() * n_images / (params.getBatchSize() * critic_updates)))
    return min(limits)


def _run(trainer: Any, training: Training, callbacks: Dispatcher, *, n_images: int) -> None:
    names = _jvm.strings(_jvm.call("statisticNames"))
    begin, chunk, failed = time.monotonic(), 1, True
    try:
        callbacks.on_begin(training)
        while training.iteration < training.total and not training.stop_reason:
            done = training.iteration
            count = int(min(chunk, training.total - done, callbacks.until_next(done)))
            values = np.frombuffer(bytes(_jvm.run(trainer.run, count)), "<f8").reshape(count, len(names))
            seconds = time.monotonic() - begin
            rows = _rows(values, names, done=done, per_update=training.batch_size, n_images=n_images, seconds=seconds)
            training._advance(rows)
            callbacks.on_chunk(rows, training)
            # At most twice as many as before: the first updates of a training are slow.
            chunk = max(1, min(2 * chunk, round(_CHUNK_SECONDS / rows[-1]["seconds/update"])))
        failed = False
    finally:
        training._finish(failed=failed)
        callbacks.on_end(training)


def _rows(
    values: np.ndarray, names: Sequence[str], *, done: int, per_update: int, n_images: int, seconds: float
) -> List[Row]:
    """The statistics of each update of a chunk that ended `seconds` after the training began."""
    rows = []
    for index, line in enumerate(values.tolist()):
        number, row = done + index + 1, dict(zip(names, line))
        position = {"iteration": number, "epoch": number * per_update / n_images, "images": number * per_update}
        later = (len(values) - index - 1) * row["seconds/update"]
        rows.append({**position, "seconds": seconds - later, **row})
    return rows
