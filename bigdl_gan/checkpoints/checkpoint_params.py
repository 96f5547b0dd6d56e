"""What a checkpoint's metadata.json says of Params, and the plan that formats 1 and 2 say by them alone."""

from typing import Any, Dict

from bigdl_gan.checkpoints.json_schema import plan_problem
from bigdl_gan.jvm import Py4JError
from bigdl_gan.params import optimizers, plan
from bigdl_gan.params.gan_params import OBJECT_PARAMS, GANParams


def with_plan(metadata: Dict[str, Any]) -> Dict[str, Any]:
    """The metadata with the plan of its training, after a look at its Params.

    Raises:
        ValueError: no training can have been like that; of one line."""
    params = _plain_params(metadata)
    if "plan" in metadata:
        return metadata
    try:
        both = {name: optimizers.create(described) for name, described in metadata["optimizers"].items()}
    except (TypeError, Py4JError) as error:  # an argument that it does not have, or of another type
        raise ValueError(f"optimizers cannot be made: {str(error).splitlines()[0]}") from error
    found = plan.of_training(params._set(**both))
    problem = plan_problem(found)
    if problem:
        raise ValueError(problem)
    return {**metadata, "plan": found}


def _plain_params(metadata: Dict[str, Any]) -> GANParams:
    """Without those that this version does not know, which can have any value."""
    params = GANParams()
    for kind, put in (("defaultParamMap", params._setDefault), ("paramMap", params._set)):
        odd = set(metadata[kind]) & set(OBJECT_PARAMS)
        if odd:
            raise ValueError(f"{odd.pop()} is no plain Param")
        try:
            put(**{name: value for name, value in metadata[kind].items() if params.hasParam(name)})
        except (TypeError, ValueError) as error:
            raise ValueError(str(error).splitlines()[0]) from error
    return params
