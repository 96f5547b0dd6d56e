"""Trainings with gradient penalties: their rows, what is refused, and resuming."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import PReLU

from bigdl_gan.layers import Activation, Conv2D, Dense, Flatten, Input, LeakyReLU, Sequential, building, initialize
from bigdl_gan.report.history import PENALTY_STATISTICS

ALL = {"r1": 0.5, "r2": 0.25, "gradientPenalty": 2.0}
SOME = {**ALL, "penaltyInterval": 3, "penaltyShare": 0.5, "updateRule": "alternating"}


def critic(*layers):
    shape = Input((1, 4, 4))
    found = Sequential([shape, Conv2D(4, 3, padding="same"), LeakyReLU(0.2), *layers, Flatten(), Dense(1)])
    return initialize(found, stddev=0.3, seed=2)


def bits(model):
    return [w for role in ("generator", "discriminator") for w in model.getOrDefault(role).get_weights()]


def penalties_of(row):
    return {name for name in PENALTY_STATISTICS if name in row}


def test_rows_have_the_penalties_that_are_on(noise, dense_gan):
    history = dense_gan(discriminator=critic(), r2=1.0).fit(noise).history
    assert [penalties_of(row) for row in history] == [{"penalty/r2", "input_gradient_norm/fake"}] * 2
    assert all(row["penalty/r2"] > 0 for row in history)


def test_rows_between_have_none(noise, dense_gan):
    history = dense_gan(discriminator=critic(Activation("tanh")), maxIter=4, **SOME).fit(noise).history
    assert [penalties_of(row) for row in history] == [set(PENALTY_STATISTICS), set(), set(), set(PENALTY_STATISTICS)]


@pytest.mark.slow
@pytest.mark.parametrize("activations, penalties", [([], SOME), (["tanh"], ALL)], ids=["linear", "smooth"])
def test_resumed_trainings_have_the_same_bits(spark, noise, dense_gan, tmp_path, activations, penalties):
    """The proportions of images between others, and which updates have penalties, follow from seed and update."""

    def make(total, folder):
        place = {"checkpointDir": str(tmp_path / folder)}
        return dense_gan(discriminator=critic(*map(Activation, activations)), maxIter=total, **place, **penalties)

    whole = bits(make(5, "whole").fit(noise))
    make(2, "parts").fit(noise)
    for resumed, uninterrupted in zip(bits(make(5, "parts").fit(noise)), whole):
        np.testing.assert_array_equal(resumed, uninterrupted)
    with pytest.raises(ValueError, match=r"written with r1=0.5 \(now 0.75\)"):
        make(6, "parts").setR1(0.75).fit(noise)


def test_a_training_without_penalties_is_not_resumed_with_them(noise, dense_gan, tmp_path):
    gan = dense_gan(discriminator=critic(), checkpointDir=str(tmp_path / "plain"))
    gan.fit(noise)
    with pytest.raises(ValueError, match=r"written with gradientPenalty=0.0 \(now 10.0\)"):
        gan.copy().setMaxIter(3).setGradientPenalty(10.0).fit(noise)


@pytest.mark.parametrize("name", ["r1", "r2", "gradientPenalty"])
def test_batch_norm_is_refused(noise, dense_gan, refused, name):
    message = rf"judge every image by itself under a gradient penalty \({name}=1\). Received: BatchNormalization"
    refused(dense_gan(**{name: 1.0}), noise, ValueError, message)


def test_layers_of_dllib_are_refused(noise, dense_gan, refused):
    with building():
        layer = PReLU(4)
    message = r"differentiated twice .*\(r1=1\). Received: PReLU.*, a layer that dllib runs. Replace it .*set r1=0"
    refused(dense_gan(discriminator=critic(layer), r1=1.0), noise, ValueError, message)


def test_a_share_of_more_than_all_is_refused(noise, dense_gan, refused):
    gan = dense_gan(discriminator=critic(), r1=1.0, penaltyShare=1.5)
    refused(gan, noise, ValueError, "`penaltyShare` must be at most 1. Received: penaltyShare=1.5")
