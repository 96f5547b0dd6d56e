"""Checkpoints of networks whose kernels a training keeps in blocks of channels: the files are in plain order."""

import numpy as np
import pytest

from bigdl_gan import GANEstimator
from bigdl_gan.networks import dcgan
from bigdl_gan.optimizers import SGD

BATCH = 8
RATES = {"generator": 1.0, "discriminator": 1 / 64}  # with more, the generator would have no gradient
VECTORS = ("weights", "optimizer.dfdx")
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def train(digits):
    """Trains DCGANs whose kernels have 32, 16 and 1 channels, with a checkpoint of every update."""

    def train(updates, folder):
        networks = {
            "generator": dcgan.generator(28, 1, latent_dim=4, width=16),
            "discriminator": dcgan.discriminator(28, 1, width=16),
        }
        first = {role: flat(network) for role, network in networks.items()}
        gan = GANEstimator(
            **networks, **{f"{role}Optimizer": SGD(rate, momentum=0.9) for role, rate in RATES.items()},
            batchSize=BATCH, maxIter=updates, seed=0, callbacks=[], checkpointDir=str(folder), checkpointInterval=1,
            keepCheckpoints=9,
        )  # fmt: skip
        return first, gan.fit(digits)

    return train


def flat(network):
    return np.concatenate([w.ravel() for w in network.get_weights()])


def read(folder, iteration, name):
    return np.fromfile(folder / f"checkpoint-{iteration:08d}" / f"{name}.f32", "<f4")


@pytest.fixture(scope="module")
def trained(train, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    return (*train(2, folder), folder)


def test_each_weight_has_its_own_moment(trained):
    """With SGD, the first update moves a weight by its gradient times the rate, and the gradient is its momentum."""
    first, _, folder = trained
    for role, weights in first.items():
        moved, moments = (read(folder, 1, f"{role}.{name}") for name in VECTORS)
        expected, rounding = RATES[role] * moments, 1e-7 * np.abs(weights).max()
        np.testing.assert_allclose(weights - moved, expected, rtol=1e-5, atol=rounding)
        assert np.abs(expected).max() > 1000 * rounding


def test_each_weight_has_its_own_average(trained):
    """The first update's share, by the ramp: half-life 5 % of the images seen."""
    first, _, folder = trained
    moved = read(folder, 1, "generator.weights")
    expected = moved + 0.5 ** (BATCH / (0.05 * BATCH)) * (first["generator"] - moved)
    np.testing.assert_allclose(read(folder, 1, "generator.average"), expected, atol=1e-6 * np.abs(expected).max())


def test_a_model_has_the_weights_of_its_checkpoint(trained):
    _, model, folder = trained
    np.testing.assert_array_equal(flat(model.getDiscriminator()), read(folder, 2, "discriminator.weights"))


@pytest.mark.slow
def test_resuming_is_exact(trained, train, tmp_path):
    """From the first update's checkpoint to the state after the second."""
    _, _, folder = trained
    train(1, tmp_path)
    train(2, tmp_path)
    for role in ("generator", "discriminator"):
        for name in VECTORS:
            np.testing.assert_array_equal(read(tmp_path, 2, f"{role}.{name}"), read(folder, 2, f"{role}.{name}"))
    np.testing.assert_array_equal(read(tmp_path, 2, "generator.average"), read(folder, 2, "generator.average"))
