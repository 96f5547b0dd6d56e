"""Reads the Params in a checkpoint's metadata.json, and derives the plan from them for formats 1 and 2."""

from typing import Any, Dict

from bigdl_gan.checkpoints.json_schema import plan_problem
from bigdl_gan.jvm import Py4JError
from bigdl_gan.params import optimizers, plan
from bigdl_gan.params.gan_params import OBJECT_PARAMS, GANParams


def with_plan(metadata: Dict[str, Any]) -> Dict[str, Any]:
    """Check the metadata's Params, and add the plan if it is missing.

    Raises:
        ValueError: no training can have had these Params; its message is a single line."""
    params = _plain_params(metadata)
    if "plan" in metadata:
        plan.as_params(metadata["plan"])  # refuses schedules that cannot be created
        return metadata
    try:
        both = {name: optimizers.create(described) for name, described in metadata["optimizers"].items()}
    except (TypeError, Py4JError) as error:  # an unknown argument, or one of another type
        raise ValueError(f"optimizers cannot be created: {str(error).splitlines()[0]}") from error
    found = {**plan.of_training(params._set(**both)), **plan.EARLIER}
    problem = plan_problem(found)
    if problem:
        raise ValueError(problem)
    return {**metadata, "plan": found}


def _plain_params(metadata: Dict[str, Any]) -> GANParams:
    """The Params that this version knows; the others may have any value and are left out."""
    params = GANParams()
    for kind, put in (("defaultParamMap", params._setDefault), ("paramMap", params._set)):
        odd = set(metadata[kind]) & set(OBJECT_PARAMS)
        if odd:
            raise ValueError(f"{odd.pop()} is not a plain Param")
        try:
            put(**{name: value for name, value in metadata[kind].items() if params.hasParam(name)})
        except (TypeError, ValueError) as error:
            raise ValueError(str(error).splitlines()[0]) from error
    return params
