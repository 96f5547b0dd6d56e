"""A training's plan: everything besides networks and images that decides its numbers, ready for JSON.

The core trains by the plan, checkpoints keep it, and a training resumes only from a checkpoint with the same plan. If a
key's value is a Param's, the key has the Param's name."""

import json
from typing import Any, Dict, Optional

from bigdl_gan.params import optimizers, schedules
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.gan_table import GAN_TABLE, UPDATE_RULES
from bigdl_gan.params.labels import Labels
from bigdl_gan.params.schedule import critic_updates, stream_seed

Plan = Dict[str, Any]

ROLES = ("generator", "discriminator")
PENALTIES = ("r1", "r2", "gradientPenalty")  # weights; 0 for none
_ABOUT_PENALTIES = (*PENALTIES, "gradientPenaltyCenter", "penaltyInterval", "penaltyShare")
SCHEDULES = ("generatorSchedule", "discriminatorSchedule", "penaltySchedule")
LIMITS = ("clipNorm", "clipValue", "clipWeights")

# What formats 1 and 2 of checkpoints, which had no plan and none of these Params, mean
EARLIER: Plan = {
    **{f"{role}Schedule": schedules.describe(schedules.Constant()) for role in ROLES}, **dict.fromkeys(LIMITS),
    "emaHalfLife": 0.0, "initial": {"model": None, "moments": False},
}  # fmt: skip


def of_training(params: GANParams) -> Plan:
    """The plan for an estimator's Params."""
    both = {role: optimizers.of(params, role) for role in ROLES}
    return {
        "loss": params.getLoss(), "batchSize": params.getBatchSize(), "criticUpdates": critic_updates(params),
        "seed": params.getSeed(), "randomFlip": params.getRandomFlip(),
        "labelSmoothing": params.getLabelSmoothing(), "leCam": params.getLeCam(),
        "optimizers": {role: optimizers.rule(optimizer) for role, optimizer in both.items()},
        **{f"{role}Schedule": _schedule(params, f"{role}Schedule") for role in ROLES},
        **{name: _if_set(params, name, None) for name in LIMITS},
        "emaHalfLife": params.getEmaHalfLife(), "initial": _initial(params), **_penalties(params), **_balance(params),
        **_augment(params), **_micro_batches(params),
    }  # fmt: skip


def _if_set(params: GANParams, name: str, default: Any) -> Any:
    return params.getOrDefault(name) if params.isDefined(name) else default


def _schedule(params: GANParams, name: str) -> Dict[str, Any]:
    return schedules.describe(_if_set(params, name, schedules.Constant()))


def _initial(params: GANParams) -> Dict[str, Any]:
    digest = params.getInitialModel().weights_digest() if params.isDefined("initialModel") else None
    return {"model": digest, "moments": params.getInitialMoments()}


def _penalties(params: GANParams) -> Plan:
    """Their part of the plan: nothing without any, so that checkpoints from before there were penalties resume."""
    values = {name: params.getOrDefault(name) for name in _ABOUT_PENALTIES}
    if not any(values[name] for name in PENALTIES):
        return {}
    return {"penalties": {**values, "penaltySchedule": _schedule(params, "penaltySchedule")}}


def _balance(params: GANParams) -> Plan:
    """Nothing if batches are not balanced, so that checkpoints from before there were labels resume.

    Which labels there are is no part of a plan: it is found in the images, and kept in a checkpoint's `labels`."""
    return {"balanceClasses": True} if params.getBalanceClasses() else {}


def _augment(params: GANParams) -> Plan:
    """Nothing if images are not changed, as in checkpoints from before there was the Param."""
    return {"augment": params.getAugment()} if params.getAugment() else {}


def _micro_batches(params: GANParams) -> Plan:
    """Nothing for one, as in checkpoints from before there was the Param."""
    return {"microBatches": params.getMicroBatches()} if params.getMicroBatches() > 1 else {}


def as_params(plan: Plan) -> Dict[str, Any]:
    """The Params' values that lead to a plan, by name; for an optimiser its rule, for a model its weights' digest."""
    critics, initial = plan["criticUpdates"], plan["initial"]
    none = {name: GAN_TABLE.defaults()[name] for name in _ABOUT_PENALTIES}
    penalties = plan.get("penalties", {**none, "penaltySchedule": schedules.describe(schedules.Constant())})
    return {
        **{name: GAN_TABLE.defaults()[name] for name in ("augment", "microBatches")},
        **{name: value for name, value in plan.items()
           if name not in ("criticUpdates", "optimizers", "initial", "penalties")},
        "balanceClasses": plan.get("balanceClasses", False),
        **{f"{role}Schedule": schedules.create(plan[f"{role}Schedule"]) for role in ROLES},
        "initialModel": initial["model"], "initialMoments": initial["moments"],
        **penalties, "penaltySchedule": schedules.create(penalties["penaltySchedule"]),
        "updateRule": UPDATE_RULES[critics > 0], "nCritic": max(critics, 1),
        **{f"{role}Optimizer": plan["optimizers"][role] for role in ROLES},
    }  # fmt: skip


def for_core(plan: Plan, stream: int, engine: str = "auto", labels: Optional[Labels] = None) -> str:
    """The JSON for the core's `TrainingConfig.of`, with the seed for one stream of random numbers."""
    about = {name: value for name, value in plan.items() if name != "balanceClasses"}
    if labels is not None:
        about["labels"] = {
            "count": len(labels.names), "isOneHot": labels.is_one_hot,
            "balanceClasses": plan.get("balanceClasses", False),
        }  # fmt: skip
    return json.dumps({**about, "seed": stream_seed(plan["seed"], stream), "engine": engine})
