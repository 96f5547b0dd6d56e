"""How long a training is, and what it is made of: the last step of `GANEstimator.fit`."""

import math
from typing import Any, Callable, List

import numpy as np
from pyspark.sql import DataFrame

from bigdl_gan import _interrupt, _jvm, _optimizers
from bigdl_gan._keeper import Keeper
from bigdl_gan._loop import Loop
from bigdl_gan._recovery import Replicas
from bigdl_gan.callbacks import ProgressBar, Training
from bigdl_gan.callbacks.dispatch import Dispatcher
from bigdl_gan.history import Row
from bigdl_gan.model import GANModel
from bigdl_gan.params import OBJECT_PARAMS, GANParams


def train(
    df: DataFrame, params: GANParams, table: Any, *, generator: Any, discriminator: Any, n_images: int,
    n_executors: int, keeper: Keeper,
) -> List[Row]:  # fmt: skip
    """Train both networks in place, after all checks.

    Args:
        table: the core's table of the images.
        generator, discriminator: dllib Keras models that nobody but the keeper holds.
        n_images: images in the table.
        n_executors: alive.
        keeper: of the checkpoints, for these networks.
    Returns:
        The history: a dict per `historyInterval` generator updates, those before the checkpoint it began at included.
    Raises:
        RuntimeError: the training failed in the executors.
        OSError: a checkpoint could not be written."""
    samplers: List[Any] = []

    def snapshot() -> GANModel:
        if not samplers:  # not the generator itself: the keeper may need its first weights again
            samplers.append(_jvm.clone_network(generator))
        _jvm.call("storeGenerator", replicas.state(moments=False), samplers[0].value)
        return GANModel(history=[{"iteration": training.iteration}], uid=params.uid)._set(generator=samplers[0])

    start = _starter(df, params, table, generator, discriminator)
    session = _jvm.java_session(df.sparkSession)
    replicas = Replicas(
        df.sparkSession, params, start, lambda: _jvm.call("endTraining", session, table), keeper=keeper,
        n_executors=n_executors,
    )  # fmt: skip
    training = Training(
        snapshot, lambda folder, keep: keeper.copy(loop.past(), folder, keep), total=n_updates(params, n_images),
        batch_size=params.getBatchSize() * max(_critic_updates(params), 1),
        params={p.name: v for p, v in params.extractParamMap().items() if p.name not in OBJECT_PARAMS},
    )  # fmt: skip
    callbacks = Dispatcher(params.getCallbacks() if params.isDefined("callbacks") else [ProgressBar()])
    loop = Loop(replicas, keeper, callbacks, training, params=params, n_images=n_images)
    try:
        with _interrupt.deferred() as interrupted:
            state = loop.run(interrupted)
        _jvm.call("storeState", state, generator.value, discriminator.value)
    finally:
        replicas.close()
    return training.history


def _starter(
    df: DataFrame, params: GANParams, table: Any, generator: Any, discriminator: Any
) -> Callable[[Any, int, int], Any]:
    """What makes the core's trainer for a state, a number of executors and a stream of random numbers."""
    optimizers = [_optimizers.of(params, name) for name in ("generatorOptimizer", "discriminatorOptimizer")]

    def start(state: Any, n: int, stream: int) -> Any:
        return _jvm.call(
            "startTraining", _jvm.java_session(df.sparkSession), table, generator.value, discriminator.value,
            optimizers[0].value, optimizers[1].value, params.getLoss(), params.getBatchSize(), _critic_updates(params),
            stream_seed(params.getSeed(), stream), params.getRandomFlip(), n, state,
        )  # fmt: skip

    return start


def _critic_updates(params: GANParams) -> int:
    """Discriminator updates before each of the generator; 0 for the simultaneous rule."""
    return params.getNCritic() if params.getUpdateRule() == "alternating" else 0


def n_updates(params: GANParams, n_images: int) -> int:
    """Generator updates to do: the smaller of `maxIter` and what `maxEpochs` come to, the last one begun counted."""
    critic_updates = max(_critic_updates(params), 1)
    limits = [params.getMaxIter()] if params.isDefined("maxIter") else []
    if params.isDefined("maxEpochs"):
        limits.append(math.ceil(params.getMaxEpochs() * n_images / (params.getBatchSize() * critic_updates)))
    return min(limits)


def stream_seed(seed: int, stream: int) -> int:
    """The seed of one of a training's streams of random numbers, as a Java long; stream 0 has the training's own.

    Args:
        seed: a Java long."""
    if stream == 0:
        return seed
    sequence = np.random.SeedSequence([seed % 2**64, stream])
    return int(sequence.generate_state(1, np.uint64).view(np.int64)[0])
