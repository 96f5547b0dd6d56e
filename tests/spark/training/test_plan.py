"""The plan: the core gets it, a checkpoint keeps it, and a resumed training is compared by it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from bigdl.dllib.keras.optimizers import Adam as KerasAdam
from bigdl.dllib.optim.optimizer import SGD, Adam

from bigdl_gan import checkpoints
from bigdl_gan.jvm import bridge
from bigdl_gan.params import plan
from bigdl_gan.schedules import Linear, Warmup

FORMAT_1 = Path(__file__).parents[1] / "checkpoints" / "saved_by_e8f3e9f" / "checkpoints"
ADAM = {
    "kind": "adam", "learningRate": "0.0002", "decay": "0.0", "beta1": "0.5", "beta2": "0.999", "epsilon": "1e-08",
}  # fmt: skip


@pytest.fixture
def train(noise, dense_gan, tmp_path):
    """Trains with a checkpoint at the end, in tmp_path/ck."""
    return lambda n, **arguments: dense_gan(
        **{"maxIter": n, "checkpointDir": str(tmp_path / "ck"), **arguments}
    ).fit(noise)  # fmt: skip


def kept(tmp_path, iteration):
    return json.loads((tmp_path / "ck" / f"checkpoint-{iteration:08d}" / "metadata.json").read_text())


def test_a_checkpoint_keeps_what_the_core_was_told(train, tmp_path, monkeypatch):
    told, call = [], bridge.call
    monkeypatch.setattr(
        bridge, "call", lambda name, *a: (name == "startTraining" and told.append(json.loads(a[4])), call(name, *a))[1]
    )
    train(
        1, updateRule="alternating", nCritic=2, randomFlip=True, seed=-7, generatorSchedule=Warmup(2), clipNorm=1.5,
        clipWeights=0.25, emaHalfLife=500.0, labelSmoothing=0.1, leCam=0.5,
    )  # fmt: skip
    expected = {
        "loss": "non_saturating", "batchSize": 8, "criticUpdates": 2, "seed": -7, "randomFlip": True,
        "labelSmoothing": [0.1, 0.0], "leCam": 0.5,
        "optimizers": {"generator": ADAM, "discriminator": ADAM},
        "generatorSchedule": {"kind": "warmup", "warmup_steps": 2, "then": {"kind": "constant", "factor": 1.0}},
        "discriminatorSchedule": {"kind": "constant", "factor": 1.0}, "clipNorm": 1.5, "clipValue": None,
        "clipWeights": 0.25, "emaHalfLife": 500.0, "initial": {"model": None, "moments": False},
    }  # fmt: skip
    assert told == [{**expected, "engine": "mkldnn"}] and kept(tmp_path, 1)["plan"] == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments, difference",
    [
        ({"updateRule": "simultaneous"}, r"with updateRule='alternating' \(now 'simultaneous'\)\. "),
        ({"nCritic": 2}, r"with nCritic=1 \(now 2\)\. "),
        ({"emaHalfLife": 0.0}, r"with emaHalfLife=10000.0 \(now 0.0\)\. "),
        ({"clipNorm": 2.0}, r"with clipNorm=None \(now 2.0\)\. "),
        ({"discriminatorSchedule": Warmup(4, Linear(9))},
         r"with discriminatorSchedule=Constant\(factor=1.0\) \(now Warmup\(warmup_steps=4, then=Linear\(decay_steps=9"),
        ({"randomFlip": True}, r"with randomFlip=False \(now True\)\. "),
        ({"labelSmoothing": (0.1, 0.2), "leCam": 0.5},
         r"with labelSmoothing=\[0.0, 0.0\] \(now \[0.1, 0.2\]\); leCam=0.0 \(now 0.5\)\. "),
        ({"discriminatorOptimizer": lambda: Adam(learningrate=2e-4, beta1=0.6)},
         r"with discriminatorOptimizer=Adam\(.* beta_1=0.5, .*\) \(now Adam\(.* beta1=0.6, .*\)\)\. "),
        ({"generatorOptimizer": lambda: SGD(learningrate=0.1), "loss": "minimax"},
         r"with loss='non_saturating' \(now 'minimax'\); generatorOptimizer=Adam\(.*\) \(now SGD\(.*\)\)\. "),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
)  # fmt: skip
def test_what_differs_is_named_by_its_param(train, arguments, difference):
    train(1)
    with bridge.quiet_dllib():
        given = {name: value() if callable(value) else value for name, value in arguments.items()}
    with pytest.raises(ValueError, match=f"must hold checkpoints of this training. Received: .*{difference}"):
        train(2, **given)


@pytest.mark.slow
def test_what_makes_no_difference_to_the_numbers(train, noise, dense_gan, tmp_path):
    """The default optimiser by name, the same rule from dllib's other class, and the images in another column."""
    with bridge.quiet_dllib():
        same = {
            "generatorOptimizer": Adam(learningrate=2e-4, beta1=0.5),
            "discriminatorOptimizer": KerasAdam(lr=2e-4, beta_1=0.5),
        }
    train(1)
    train(2, **same)
    gan = dense_gan(maxIter=3, imageCol="picture", checkpointDir=str(tmp_path / "ck"))
    resumed, whole = gan.fit(noise.withColumnRenamed("image", "picture")), dense_gan(maxIter=3).fit(noise)
    for a, b in zip(resumed.getGenerator().get_weights(), whole.getGenerator().get_weights()):
        np.testing.assert_array_equal(a, b)


def test_the_plan_of_an_earlier_format_follows_from_its_params(spark, digits, digit_gan, tmp_path):
    (found,) = (checkpoints.open_at(spark, str(path)) for path in FORMAT_1.iterdir())
    assert found.metadata["formatVersion"] == 1 and found.metadata["plan"] == {
        "loss": "non_saturating", "batchSize": 8, "criticUpdates": 0, "seed": 4, "randomFlip": False,
        "labelSmoothing": [0.0, 0.0], "leCam": 0.0,
        "optimizers": {"generator": ADAM, "discriminator": ADAM}, **plan.EARLIER,
    }  # fmt: skip
    shutil.copytree(FORMAT_1, tmp_path / "ck")
    gan = digit_gan(maxIter=4, batchSize=16, seed=5, updateRule="simultaneous", checkpointDir=str(tmp_path / "ck"))
    message = r"with batchSize=8 \(now 16\); emaHalfLife=0.0 \(now 10000.0\); seed=4 \(now 5\)\. Choose another folder"
    with pytest.raises(ValueError, match=message):
        gan.fit(digits)


@pytest.fixture
def tell(dense_gan):
    """Lets the core make one update with a changed plan."""

    def tell(change):
        gan, rng = dense_gan(batchSize=2), np.random.default_rng(0)
        told = json.loads(plan.for_core(plan.of_training(gan), stream=0))
        change(told)
        data = [bridge.floats_to_jvm(rng.normal(size=shape)) for shape in ((1, 2, 1, 4, 4), (1, 2, 3))]
        networks = (gan.getGenerator().value, gan.getDiscriminator().value)
        return bridge.call("probeUpdates", *networks, json.dumps(told), 1, *data)

    return tell


def test_the_core_refuses_what_it_does_not_know(tell):
    assert len(tell(lambda plan: None)) > 1
    for change, message in (
        (lambda plan: plan.update(average=0.999), "must have only keys that the core reads. Received: plan.average. U"),
        (lambda plan: plan["optimizers"].update(critic={}), "Received: plan.optimizers.critic. Use the jar of this v"),
        (lambda plan: plan["optimizers"]["generator"].update(clip="1.0", amsgrad="1.0"),
         "Received: plan.optimizers.generator.amsgrad, plan.optimizers.generator.clip. Use"),
        (lambda plan: plan.pop("seed"), "must have plan.seed. Received: batchSize, "),
        (lambda plan: plan.update(loss="hinge", labelSmoothing=[0.1, 0.0]), "must be 0 with loss='hinge', which has n"),
        (lambda plan: plan["optimizers"]["discriminator"].pop("beta1"), "discriminator.beta1. Received: beta2"),
        (lambda plan: plan.update(optimizers=7), "must have an object plan.optimizers"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            tell(change)
