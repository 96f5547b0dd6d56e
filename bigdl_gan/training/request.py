"""Gathers and checks all that one `fit` needs, once and before any Spark job, and passes it on as one value."""

from typing import Any, Dict, List, NamedTuple, Optional

from pyspark.sql import DataFrame, SparkSession

from bigdl_gan.callbacks.dispatch import check_callbacks
from bigdl_gan.images import check_image_column
from bigdl_gan.images.schema import quoted
from bigdl_gan.jvm import bridge
from bigdl_gan.params import optimizers, plan, schedules
from bigdl_gan.params.gan_params import OBJECT_PARAMS, GANParams
from bigdl_gan.params.labels import Labels
from bigdl_gan.training.best_checks import check_best
from bigdl_gan.training.checks import check_networks, check_params
from bigdl_gan.training.initial_networks import networks_of
from bigdl_gan.training.label_checks import check_labels
from bigdl_gan.training.micro_batch_checks import check_micro_batches
from bigdl_gan.training.penalty_checks import check_penalties


class Request(NamedTuple):
    """A request for training that has passed every check that needs no Spark job.

    Attributes:
        images: the DataFrame with only the columns of images and labels.
        params: the estimator's Params.
        networks: the dllib models to begin with, by role: the user's, or `initialModel`'s.
        described: the core's descriptions of both networks, by role, with the layers as the user wrote them.
        executors: the live executors: id, host and cores of each.
        about: the training's entries for a checkpoint's metadata.json, ready for JSON.
        labels: the images' labels, if they have some and once they are known."""

    spark: SparkSession
    images: DataFrame
    params: GANParams
    networks: Dict[str, Any]
    described: Dict[str, Dict[str, Any]]
    executors: List[Dict[str, Any]]
    about: Dict[str, Any]
    labels: Optional[Labels] = None


def ask(dataset: DataFrame, params: GANParams) -> Request:
    """Build the request for training on a DataFrame, without a Spark job.

    Raises:
        ValueError, TypeError: a Param, a network or the column of images breaks its rule."""
    bridge.refuse_stream(dataset, "Write it to a table first, or call fit in writeStream.foreachBatch(...).")
    check_image_column(dataset, params.getImageCol(), name="imageCol")
    check_params(params)
    callbacks = params.getCallbacks() if params.isDefined("callbacks") else []
    check_callbacks(callbacks)
    check_best(params, callbacks)
    networks = networks_of(params)
    described = {role: _describe(network, role) for role, network in networks.items()}
    check_networks(described["generator"], described["discriminator"])
    check_penalties(params, described["discriminator"])
    check_micro_batches(params, described)
    columns = check_labels(dataset, params, (described["generator"]["labels"], described["discriminator"]["labels"]))
    executors = bridge.call_json("listExecutors", bridge.java_session(dataset.sparkSession))
    images = dataset.select(*map(quoted, [params.getImageCol(), *columns]))
    return Request(
        dataset.sparkSession, images, params, networks, described, executors,
        about=_about(params, described, executors),
    )  # fmt: skip


def _describe(network: Any, role: str) -> Dict[str, Any]:
    """The core's description of a network, and in `written` the layers that the user wrote.

    dllib makes two layers of one with an activation, and names neither of them as the user did."""
    return {**bridge.call_json("describeNetwork", network.value, role), "written": bridge.layer_names(network)}


def _about(
    params: GANParams, described: Dict[str, Dict[str, Any]], executors: List[Dict[str, Any]]
) -> Dict[str, Any]:
    defaults = {param.name: value for param, value in params._defaultParamMap.items()}
    plain = [param.name for param in params.params if param.name not in OBJECT_PARAMS]
    return {
        "uid": params.uid,
        "plan": plan.of_training(params),
        "paramMap": {name: params.getOrDefault(name) for name in plain if params.isSet(name)},
        "defaultParamMap": {name: value for name, value in defaults.items() if name in plain},
        "optimizers": {f"{role}Optimizer": optimizers.describe(optimizers.of(params, role)) for role in plan.ROLES},
        "optimizersSet": [f"{role}Optimizer" for role in plan.ROLES if params.isSet(f"{role}Optimizer")],
        "schedules": {
            name: schedules.describe(params.getOrDefault(name))
            for name in plan.SCHEDULES if params.isSet(name)
        },
        "networks": {
            role: [str(tuple(network["inputShape"]))]
            + [f"{layer['kind']}, shape {tuple(layer['shape'])}" for layer in network["layers"]]
            for role, network in described.items()
        },
        "executors": [executor["cores"] for executor in executors],
    }
