"""A training's plan: what decides its numbers besides networks and images, as JSON can hold it.

The core trains by it, a checkpoint keeps it, and a training resumes from a checkpoint of the same plan. A key has its
Param's name where it has its value."""

import json
from typing import Any, Dict

from bigdl_gan.params import optimizers
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import UPDATE_RULES
from bigdl_gan.params.schedule import critic_updates, stream_seed

Plan = Dict[str, Any]

_ROLES = ("generator", "discriminator")


def of_training(params: GANParams) -> Plan:
    """The plan that Params ask for."""
    both = {role: optimizers.of(params, f"{role}Optimizer") for role in _ROLES}
    return {
        "loss": params.getLoss(), "batchSize": params.getBatchSize(), "criticUpdates": critic_updates(params),
        "seed": params.getSeed(), "randomFlip": params.getRandomFlip(),
        "optimizers": {role: optimizers.rule(optimizer) for role, optimizer in both.items()},
    }  # fmt: skip


def as_params(plan: Plan) -> Dict[str, Any]:
    """The values of the Params that ask for a plan, by name; of an optimiser, its rule."""
    critics = plan["criticUpdates"]
    return {
        **{name: value for name, value in plan.items() if name not in ("criticUpdates", "optimizers")},
        "updateRule": UPDATE_RULES[critics > 0], "nCritic": max(critics, 1),
        **{f"{role}Optimizer": plan["optimizers"][role] for role in _ROLES},
    }  # fmt: skip


def for_core(plan: Plan, stream: int) -> str:
    """The JSON that the core's `TrainingConfig.of` reads, for one of the training's streams of random numbers."""
    return json.dumps({**plan, "seed": stream_seed(plan["seed"], stream)})
