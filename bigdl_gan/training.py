"""The training loop, as the driver's Python sees it: chunks of updates, and what they reported."""

import math
import time
from typing import Any, Dict, List, Sequence

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan import _jvm, _optimizers
from bigdl_gan.callbacks import Callback, ProgressBar
from bigdl_gan.params import GANParams

_CHUNK_SECONDS = 3.0  # the progress bar's pace; a chunk costs one Spark job, some 10 to 40 ms


def train(
    df: DataFrame, params: GANParams, table: Any, *, generator: Any, discriminator: Any, n_images: int
) -> List[Dict[str, Any]]:
    """Train both networks in place; the last step of `GANEstimator.fit`, after all checks.

    Args:
        table: the core's table of the images.
        generator, discriminator: dllib Keras models that nobody else holds.
        n_images: images in the table.
    Returns:
        The history: a dict per generator update.
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
    try:
        callbacks = params.getCallbacks() if params.isDefined("callbacks") else [ProgressBar()]
        total = n_updates(params, n_images)
        history = _run(trainer, callbacks, total=total, per_update=per_update, n_images=n_images)
        _jvm.run(trainer.store)
    finally:
        _jvm.run(trainer.close)
    return history


def n_updates(params: GANParams, n_images: int) -> int:
    """Generator updates to do: the smaller of `maxIter` and what `maxEpochs` come to, the last one begun counted."""
    critic_updates = params.getNCritic() if params.getUpdateRule() == "alternating" else 1
    limits = [params.getMaxIter()] if params.isDefined("maxIter") else []
    if params.isDefined("maxEpochs"):
        limits.append(math.ceil(params.getMaxEpochs() * n_images / (params.getBatchSize() * critic_updates)))
    return min(limits)


def _run(
    trainer: Any, callbacks: Sequence[Callback], *, total: int, per_update: int, n_images: int
) -> List[Dict[str, Any]]:
    names = _jvm.strings(_jvm.call("statisticNames"))
    history: List[Dict[str, Any]] = []
    begin, chunk = time.monotonic(), 1
    for callback in callbacks:
        callback.on_begin(total, per_update)
    try:
        while len(history) < total:
            count = min(chunk, total - len(history))
            values = np.frombuffer(bytes(_jvm.run(trainer.run, count)), "<f8").reshape(count, len(names))
            rows = _rows(values, names, done=len(history), per_update=per_update, n_images=n_images)
            for row in rows:
                row["seconds"] = time.monotonic() - begin
            history.extend(rows)
            for callback in callbacks:
                callback.on_chunk(rows)
            # At most twice as many as before: the first updates of a training are slow.
            chunk = max(1, min(2 * count, round(_CHUNK_SECONDS / rows[-1]["seconds/update"])))
    finally:
        for callback in callbacks:
            callback.on_end()
    return history


def _rows(
    values: np.ndarray, names: Sequence[str], *, done: int, per_update: int, n_images: int
) -> List[Dict[str, Any]]:
    rows = []
    for number, line in enumerate(values.tolist(), start=done + 1):
        position = {"iteration": number, "epoch": number * per_update / n_images, "images": number * per_update}
        rows.append({**position, **dict(zip(names, line))})
    return rows
