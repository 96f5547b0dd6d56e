"""What a training is put together from, and its run: the last step of `GANEstimator.fit`."""

from typing import Any, Callable, List

from pyspark.sql import DataFrame

from bigdl_gan.callbacks import ProgressBar, Training
from bigdl_gan.callbacks.dispatch import Dispatcher
from bigdl_gan.checkpoints.keeper import Keeper
from bigdl_gan.jvm import bridge
from bigdl_gan.model import GANModel
from bigdl_gan.params import plan
from bigdl_gan.params.gan_params import OBJECT_PARAMS, GANParams
from bigdl_gan.params.schedule import critic_updates, n_updates
from bigdl_gan.report.history import Row
from bigdl_gan.training import interrupt
from bigdl_gan.training.loop import Loop
from bigdl_gan.training.replicas import Replicas


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
            samplers.append(bridge.clone_network(generator))
        bridge.call("storeGenerator", replicas.state(moments=False), samplers[0].value)
        return GANModel(history=[{"iteration": training.iteration}], uid=params.uid)._set(generator=samplers[0])

    start = _starter(df, params, table, generator, discriminator)
    session = bridge.java_session(df.sparkSession)
    replicas = Replicas(
        df.sparkSession, params, start, lambda: bridge.call("endTraining", session, table), keeper=keeper,
        n_executors=n_executors,
    )  # fmt: skip
    training = Training(
        snapshot, lambda folder, keep: keeper.copy(loop.past(), folder, keep), total=n_updates(params, n_images),
        batch_size=params.getBatchSize() * max(critic_updates(params), 1),
        params={p.name: v for p, v in params.extractParamMap().items() if p.name not in OBJECT_PARAMS},
    )  # fmt: skip
    callbacks = Dispatcher(params.getCallbacks() if params.isDefined("callbacks") else [ProgressBar()])
    loop = Loop(replicas, keeper, callbacks, training, params=params, n_images=n_images)
    try:
        with interrupt.deferred() as interrupted:
            state = loop.run(interrupted)
        bridge.call("storeState", state, generator.value, discriminator.value)
    finally:
        replicas.close()
    return training.history


def _starter(
    df: DataFrame, params: GANParams, table: Any, generator: Any, discriminator: Any
) -> Callable[[Any, int, int], Any]:
    """What makes the core's trainer for a state, a number of executors and a stream of random numbers."""
    def start(state: Any, n: int, stream: int) -> Any:
        return bridge.call(
            "startTraining", bridge.java_session(df.sparkSession), table, generator.value, discriminator.value,
            plan.of_training(params, stream), n, state,
        )  # fmt: skip

    return start
