"""Starts a training from a given `GANModel`: its weights, their moving average, and moments if they are asked for."""

from typing import Any, Dict, Optional

from bigdl_gan import checkpoints
from bigdl_gan.checkpoints import Checkpoint
from bigdl_gan.jvm import bridge
from bigdl_gan.params import plan
from bigdl_gan.training.request import Request


def check_moments(request: Request) -> Optional[Checkpoint]:
    """The checkpoint with the moments that a new training is to begin with, if it is; no Spark job.

    Raises:
        ValueError: the model has no checkpoint, it is gone or damaged, or an optimiser is of another kind."""
    if not request.params.getInitialMoments():
        return None
    path = request.params.getInitialModel().checkpoint
    remedy = "Set initialMoments=False: the optimisers then begin anew."
    if path is None:
        raise ValueError(
            "`initialModel` must be from a training with a `checkpointDir` with initialMoments=True: moments are only "
            f"in checkpoints. Received: a model without one. {remedy}"
        )
    try:
        found = checkpoints.open_at(request.spark, path)
    except OSError as error:
        raise ValueError(
            f"`initialModel`'s checkpoint must still be there with initialMoments=True. Received: {path}: {error}. "
            f"{remedy}"
        ) from error
    for role in plan.ROLES:
        then, now = (about["plan"]["optimizers"][role]["kind"] for about in (found.metadata, request.about))
        if then != now:
            raise ValueError(
                f"`{role}Optimizer` must be of the same kind as the moments with initialMoments=True. Received: {now}, "
                f"and {then} in {path}. {remedy}"
            )
    return found


def initial_state(request: Request, networks: Dict[str, Any]) -> Any:
    """The core's state before the first update.

    Args:
        networks: copies of the request's.
    Raises:
        ValueError: as `check_moments`; or the checkpoint has other weights than the model."""
    params = request.params
    state = bridge.call("initialState", *(networks[role].value for role in plan.ROLES))
    if not params.isDefined("initialModel"):
        return state
    model = params.getInitialModel()
    if model.raw_generator is not None:
        state = bridge.call("withAverage", state, model.getOrDefault("generator").value)
    found = check_moments(request)
    if found is None:
        return state
    return bridge.call("withMoments", state, checkpoints.read_state(request.spark, found, **networks))
