"""Files from earlier versions still load: `saved_by_<commit>` holds models, an estimator and checkpoints.

The script in that folder made them with the commit's own code; `expected.json` has the pixels that it generated."""

import json
from pathlib import Path

import numpy as np
import pytest

from bigdl_gan import GANEstimator, GANModel, images

SAVED = Path(__file__).parent / "saved_by_e8f3e9f"


@pytest.fixture(scope="module")
def expected():
    return json.loads((SAVED / "expected.json").read_text())


@pytest.mark.parametrize(
    "path, name", [("dcgan", "dcgan"), ("functional", "functional"), ("checkpoints", "dcgan")],
    ids=["convolutions", "functional, wrapped and autograd layers", "checkpoint"],
)  # fmt: skip
def test_models_generate_the_same_images(spark, expected, pixels, path, name):
    made = pixels(GANModel.load(str(SAVED / path)).generate(3, seed=1))
    for i, data in enumerate(expected[name]):
        levels = [np.frombuffer(found, np.uint8).astype(int) for found in (made[i], bytes.fromhex(data))]
        np.testing.assert_allclose(*levels, atol=1)  # another CPU may round differently


def test_models_keep_history_and_params(spark):
    model = GANModel.load(str(SAVED / "dcgan"))
    assert [row["iteration"] for row in model.history] == [1, 2, 3]
    assert (model.getBatchSize(), model.getSeed(), model.getOutputCol()) == (8, 4, "made")


@pytest.mark.slow
def test_estimators_train(spark, digits):
    gan = GANEstimator.load(str(SAVED / "functional_estimator"))
    assert (gan.getLoss(), gan.getNCritic()) == ("minimax", 2)
    assert gan.getGeneratorOptimizer().value.learningRate() == 0.05
    small = images.prepare(digits, 8, channels=1, min_side=8)
    assert gan.setCallbacks([]).fit(small).iteration == 2
