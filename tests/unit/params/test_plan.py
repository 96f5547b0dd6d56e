"""A training's plan as its Params, and as the core is told it."""

import json

import pytest

from bigdl_gan.params import GANParams, plan
from bigdl_gan.params.labels import Labels
from bigdl_gan.params.schedule import stream_seed
from bigdl_gan.schedules import Constant, Linear

RULE = {"kind": "sgd", "learningRate": "Infinity"}
PLAN = {
    "loss": "minimax", "batchSize": 8, "criticUpdates": 0, "seed": -5, "randomFlip": True,
    "labelSmoothing": [0.1, 0.0], "leCam": 0.5,
    "optimizers": {"generator": RULE, "discriminator": {**RULE, "kind": "adam"}},
    "generatorSchedule": {"kind": "linear", "decay_steps": 9, "alpha": 0.5, "begin": 2},
    "discriminatorSchedule": {"kind": "constant", "factor": 1.0}, "clipNorm": 2.5, "clipValue": None,
    "clipWeights": None, "emaHalfLife": 77.0, "initial": {"model": "ab12", "moments": True},
}  # fmt: skip

NO_PENALTIES = {
    "r1": 0.0, "r2": 0.0, "gradientPenalty": 0.0, "gradientPenaltyCenter": 1.0, "penaltyInterval": 1,
    "penaltyShare": 1.0, "penaltySchedule": Constant(),
}  # fmt: skip


@pytest.mark.parametrize(
    "critic_updates, rule, n_critic", [(0, "simultaneous", 1), (1, "alternating", 1), (3, "alternating", 3)]
)
def test_the_params_that_ask_for_it(critic_updates, rule, n_critic):
    assert plan.as_params({**PLAN, "criticUpdates": critic_updates}) == {
        "loss": "minimax", "batchSize": 8, "updateRule": rule, "nCritic": n_critic, "seed": -5, "randomFlip": True,
        "labelSmoothing": [0.1, 0.0], "leCam": 0.5,
        "generatorOptimizer": RULE, "discriminatorOptimizer": {**RULE, "kind": "adam"},
        "generatorSchedule": Linear(9, alpha=0.5, begin=2), "discriminatorSchedule": Constant(), "clipNorm": 2.5,
        "clipValue": None, "clipWeights": None, "emaHalfLife": 77.0, "initialModel": "ab12", "initialMoments": True,
        "balanceClasses": False, **NO_PENALTIES, "augment": "", "microBatches": 1,
    }  # fmt: skip


def test_the_core_is_told_how_labels_are_kept():
    labels = Labels(["digit"], [3, 8], True, [[0], [1]], [5, 6])
    told = json.loads(plan.for_core({**PLAN, "balanceClasses": True}, 0, labels=labels))
    assert told.pop("labels") == {"count": 2, "isOneHot": True, "balanceClasses": True}
    assert "balanceClasses" not in told and "labels" not in json.loads(plan.for_core(PLAN, 0))


def test_penalties_are_in_the_plan_only_if_there_are_any():
    """So a training without them resumes from checkpoints that know nothing of penalties."""
    params = GANParams()._set(r1=0.0, gradientPenaltyCenter=0.0, penaltyInterval=4)
    assert "penalties" not in plan.of_training(params)
    params._set(r2=0.5, penaltySchedule=Linear(9, alpha=0.5))
    expected = {**NO_PENALTIES, "r2": 0.5, "gradientPenaltyCenter": 0.0, "penaltyInterval": 4,
                "penaltySchedule": Linear(9, alpha=0.5)}  # fmt: skip
    described = {"kind": "linear", "decay_steps": 9, "alpha": 0.5, "begin": 0}
    assert plan.of_training(params)["penalties"] == {**expected, "penaltySchedule": described}
    assert {**plan.as_params(plan.of_training(params)), **expected} == plan.as_params(plan.of_training(params))


def test_augment_is_in_the_plan_only_if_images_are_changed():
    params = GANParams()._set(augment=" ")
    assert params.getAugment() == "" and "augment" not in plan.of_training(params)
    params._set(augment="cutout, color")
    told = plan.of_training(params)
    assert told["augment"] == "cutout,color" == plan.as_params(told)["augment"]


def test_micro_batches_are_in_the_plan_only_if_there_are_several():
    params = GANParams()
    assert params.getMicroBatches() == 1 and "microBatches" not in plan.of_training(params)
    told = plan.of_training(params._set(microBatches=4))
    assert told["microBatches"] == 4 == plan.as_params(told)["microBatches"]


@pytest.mark.parametrize("stream", [0, 1, 2])
def test_the_core_is_told_the_streams_seed_and_the_rest_as_it_is(stream):
    told = json.loads(plan.for_core(PLAN, stream, "onednn"))
    assert told.pop("engine") == "onednn"
    assert told == {**PLAN, "seed": stream_seed(-5, stream)} and (told == PLAN) == (stream == 0)


def test_messages_can_name_every_key_by_its_param():
    assert set(plan.as_params(PLAN)) <= {param.name for param in GANParams().params}
