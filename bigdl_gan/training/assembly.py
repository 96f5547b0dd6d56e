"""Puts the parts of a training together and runs it: the last step of `GANEstimator.fit`."""

from typing import Any, Callable, Dict, List, Optional

from bigdl_gan import checkpoints
from bigdl_gan.callbacks import ProgressBar, Training
from bigdl_gan.callbacks.dispatch import Dispatcher, metrics_of
from bigdl_gan.checkpoints import Checkpoint, Trained
from bigdl_gan.checkpoints.keeper import Keeper
from bigdl_gan.jvm import bridge
from bigdl_gan.model import GANModel
from bigdl_gan.params import plan
from bigdl_gan.params.gan_params import OBJECT_PARAMS
from bigdl_gan.params.schedule import critic_updates, n_updates
from bigdl_gan.report.progress import Progress
from bigdl_gan.training import interrupt
from bigdl_gan.training.best_models import BestModels
from bigdl_gan.training.image_table import Images, opened
from bigdl_gan.training.labelling import check_transfer, find_labels
from bigdl_gan.training.loop import Loop
from bigdl_gan.training.replicas import Replicas
from bigdl_gan.training.request import Request
from bigdl_gan.training.resuming import check_data
from bigdl_gan.training.transfer import initial_state


def train(request: Request, start: Optional[Checkpoint]) -> Trained:
    """Train copies of both networks, from a checkpoint or from their own weights.

    Returns:
        The copies, and one row per `historyInterval` generator updates, including the updates before the checkpoint.
    Raises:
        ValueError: the images are not fit for training, or differ from the checkpoint's.
        RuntimeError: training failed in the executors.
        OSError: a checkpoint could not be written."""
    labels = find_labels(request)
    if labels is not None:
        request = request._replace(labels=labels, about={**request.about, "labels": labels.as_json()})
        check_transfer(request)
    networks = {role: bridge.clone_network(network) for role, network in request.networks.items()}
    with opened(request) as images:
        if start is not None:
            check_data(start, images, request.about)
        about = {**request.about, "images": images.n, "imageHash": images.hash}
        keeper = Keeper(
            request.spark, request.params, about=about, networks=networks, begin=start,
            initial=lambda: initial_state(request, networks),
        )  # fmt: skip
        return _run(request, images, networks, keeper, start)


def _run(
    request: Request, images: Images, networks: Dict[str, Any], keeper: Keeper, start: Optional[Checkpoint]
) -> Trained:
    """Train networks in place; only the keeper may hold them too."""
    params = request.params
    progress = Progress(
        total=n_updates(params, images.n), batch_size=params.getBatchSize() * max(critic_updates(params), 1),
        n_images=images.n,
    )  # fmt: skip
    replicas = Replicas(
        request, _starter(request, images.table, networks),
        lambda: bridge.call("endTraining", bridge.java_session(request.spark), images.table), keeper=keeper,
    )  # fmt: skip
    best = BestModels(request, keeper, replicas, progress, begin=start)
    observers = params.getCallbacks() if params.isDefined("callbacks") else [ProgressBar()]
    training = Training(
        progress, _sampler(request, progress, replicas, networks["generator"]),
        lambda folder, keep: keeper.copy(replicas.past(progress), folder, keep),
        params={p.name: v for p, v in params.extractParamMap().items() if p.name not in OBJECT_PARAMS},
        metrics=metrics_of(observers), keep_best=best.keep,
    )  # fmt: skip
    dispatcher = Dispatcher(observers, return_best=params.getReturnBest() if params.isDefined("returnBest") else "")
    loop = Loop(replicas, keeper, progress, dispatcher, training, params=params, keep_best=best.keep_returned)
    try:
        with interrupt.deferred() as interrupted:
            state = loop.run(interrupted)
        found = best.returned(networks, dispatcher.unmeasured)
        if found is not None:
            return checkpoints.trained(found.state, networks, found.history, found.path, request.labels)
        path = keeper.path_at(progress.iteration)
        return checkpoints.trained(state, networks, progress.history.rows, path, request.labels)
    finally:
        replicas.close()


def _starter(request: Request, table: Any, networks: Dict[str, Any]) -> Callable[[Any, int, int], Any]:
    """A function that creates the core's trainer for a state, a number of executors and a stream of random numbers."""

    def start(state: Any, n: int, stream: int) -> Any:
        told = plan.for_core(request.about["plan"], stream, request.about["engine"], request.labels)
        return bridge.call(
            "startTraining", bridge.java_session(request.spark), table, networks["generator"].value,
            networks["discriminator"].value, told, n, state,
        )  # fmt: skip

    return start


def _sampler(request: Request, progress: Progress, replicas: Replicas, generator: Any) -> Callable[[], GANModel]:
    """A function that returns the present generator as a model, which its next call overwrites."""
    copies: List[Any] = []
    params = request.params
    is_averaged = params.getGeneratorWeights() == "average"

    def snapshot() -> GANModel:
        if not copies:  # a copy, because the keeper may still need the generator's first weights
            copies.append(bridge.clone_network(generator))
        bridge.call("storeGenerator", replicas.state(moments=False), copies[0].value, is_averaged)
        model = GANModel(history=[{"iteration": progress.iteration}], uid=params.uid)
        model.labels = request.labels
        return model._set(generator=copies[0], engine=params.getEngine())

    return snapshot
