"""A training's plan: everything besides networks and images that decides its numbers, ready for JSON.

The core trains by the plan, checkpoints keep it, and a training resumes only from a checkpoint with the same plan. If a
key's value is a Param's, the key has the Param's name."""

import json
from typing import Any, Dict

from bigdl_gan.params import optimizers
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE, UPDATE_RULES
from bigdl_gan.params.schedule import critic_updates, stream_seed

Plan = Dict[str, Any]

ROLES = ("generator", "discriminator")
PENALTIES = ("r1", "r2", "gradientPenalty")  # weights; 0 for none
_ABOUT_PENALTIES = (*PENALTIES, "gradientPenaltyCenter", "penaltyInterval", "penaltyShare")


def of_training(params: GANParams) -> Plan:
    """The plan for an estimator's Params."""
    both = {role: optimizers.of(params, role) for role in ROLES}
    return {
        "loss": params.getLoss(), "batchSize": params.getBatchSize(), "criticUpdates": critic_updates(params),
        "seed": params.getSeed(), "randomFlip": params.getRandomFlip(),
        "labelSmoothing": params.getLabelSmoothing(), "leCam": params.getLeCam(),
        "optimizers": {role: optimizers.rule(optimizer) for role, optimizer in both.items()},
        **_penalties(params),
    }  # fmt: skip


def _penalties(params: GANParams) -> Plan:
    """Their part of the plan: nothing without any, so that checkpoints from before there were penalties resume."""
    values = {name: params.getOrDefault(name) for name in _ABOUT_PENALTIES}
    return {"penalties": values} if any(values[name] for name in PENALTIES) else {}


def as_params(plan: Plan) -> Dict[str, Any]:
    """The Params' values that lead to a plan, by name; for an optimiser, its rule."""
    critics = plan["criticUpdates"]
    return {
        **{name: value for name, value in plan.items() if name not in ("criticUpdates", "optimizers", "penalties")},
        **plan.get("penalties", {name: GAN_TABLE.defaults()[name] for name in _ABOUT_PENALTIES}),
        "updateRule": UPDATE_RULES[critics > 0], "nCritic": max(critics, 1),
        **{f"{role}Optimizer": plan["optimizers"][role] for role in ROLES},
    }  # fmt: skip


def for_core(plan: Plan, stream: int) -> str:
    """The JSON for the core's `TrainingConfig.of`, with the seed for one stream of random numbers."""
    return json.dumps({**plan, "seed": stream_seed(plan["seed"], stream)})
