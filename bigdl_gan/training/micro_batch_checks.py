"""Checks that a training can run its images in several parts. Each error: name, rule, received, remedy."""

from typing import Any, Dict, Mapping

from bigdl_gan.params import COUPLED
from bigdl_gan.params.gan_params import GANParams


def check_micro_batches(params: GANParams, described: Mapping[str, Dict[str, Any]]) -> None:
    """Check that `microBatches` suits the loss and the networks; no Spark job.

    Args:
        described: the core's descriptions of both networks, by role.
    Raises:
        ValueError: it is more than 1, and does not."""
    problem = micro_batch_problem(params, described)
    if params.getMicroBatches() > 1 and problem:
        raise ValueError(
            f"`microBatches` must be 1 with {problem}. Received: microBatches={params.getMicroBatches()}. Set it to 1."
        )


def micro_batch_problem(params: GANParams, described: Mapping[str, Dict[str, Any]]) -> str:
    """Why images cannot run in parts; "" if they can."""
    if params.getLoss() in COUPLED:
        return f"loss={params.getLoss()!r}, which compares each image with the entire batch"
    if params.getLeCam():
        return f"leCam={params.getLeCam():g}, whose averages need the entire batch"
    for role, network in described.items():
        foreign = [layer["name"] for layer in network["layers"] if not layer["native"]]
        if foreign:
            return f"layers that dllib runs ({foreign[0]} in the {role})"
    return ""
