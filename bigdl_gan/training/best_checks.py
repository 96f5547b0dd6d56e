"""Checks, before training starts, of what keeps its best generators."""

from typing import Any, Dict, Sequence

from bigdl_gan.callbacks import Checkpoint
from bigdl_gan.callbacks.dispatch import check_measured, metrics_of
from bigdl_gan.params.gan_params import GANParams


def check_best(params: GANParams, observers: Sequence[Any]) -> None:
    """Check that the metric of `returnBest` is measured, and that no two of the best are in one folder; no Spark job.

    Raises:
        ValueError: it is not, or they are."""
    if params.isDefined("returnBest"):
        metric = params.getReturnBest()
        check_measured(f"`returnBest`={metric!r}", metric, metrics_of(observers))
    own = [callback for callback in observers if isinstance(callback, Checkpoint)]
    others = [params.getCheckpointDir()] if params.isDefined("checkpointDir") else []
    others += [folder_of(params)] if params.isDefined("returnBest") else []
    for callback in own:
        used = [*others, *(other.folder for other in own if other is not callback)]
        if callback.watched and callback.folder.rstrip("/") in [folder.rstrip("/") for folder in used]:
            raise ValueError(
                "`folder` of a Checkpoint with keep_best must be its own: all other checkpoints in it are deleted. "
                f"Received: {callback.folder}, where others are written too. Choose another."
            )


def measured_metrics(params: GANParams) -> Dict[str, bool]:
    """The metrics that the callbacks measure, by name: whether a larger value is better."""
    return metrics_of(params.getCallbacks() if params.isDefined("callbacks") else [])


def folder_of(params: GANParams) -> str:
    """Where `returnBest` keeps its checkpoint; "" if in memory."""
    if not params.isDefined("checkpointDir"):
        return ""
    return f"{params.getCheckpointDir().rstrip('/')}/best-{params.getReturnBest()}"
