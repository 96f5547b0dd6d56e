"""Flat vectors in blocks of channels, which spare copies of weights, against those in plain order: equal bits."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import PReLU

from bigdl_gan import layers
from bigdl_gan.jvm import bridge
from bigdl_gan.networks import dcgan
from bigdl_gan.optimizers import Adam
from bigdl_gan.params import GANParams, plan

SIZE, LATENT, BATCH, COUNT = 28, 6, 8, 2
PARTS = ("losses", "generator's gradient", "discriminator's gradient", "generator", "discriminator", "average",
         "average statistics")  # fmt: skip


def dcgans():
    """Channels of 16, 32 and 1: blocks of 16 and of 8 fit some kernels and not others."""
    return dcgan.generator(SIZE, 1, LATENT, 16), dcgan.discriminator(SIZE, 1, 16)


def functions_of_weights():
    """Kernels that are functions of weights stay in plain order, among others that do not."""
    return dcgan.generator(SIZE, 1, LATENT, 16, tied=True), dcgan.discriminator(SIZE, 1, 16, norm="spectral")


def not_square():
    """Kernels of unequal sides, groups, a layer that dllib runs, and a kernel that begins within a block."""
    discriminator = layers.Sequential([
        layers.Input((1, SIZE, SIZE)), layers.Conv2D(8, (3, 5)), PReLU(8),
        layers.Conv2D(24, (2, 1), strides=2), layers.LeakyReLU(0.2), layers.Conv2D(16, (1, 3), use_bias=False),
        layers.LeakyReLU(0.2), layers.Conv2D(16, 3, groups=2), layers.Conv2D(3, 1), layers.Conv2D(8, 1),
        layers.LeakyReLU(0.2), layers.Conv2D(8, 2), layers.Flatten(), layers.Dense(1),
    ])  # fmt: skip
    return dcgan.generator(SIZE, 1, LATENT, 8), discriminator


@pytest.fixture(scope="module")
def run(spark):
    """Two updates of the same networks with a flat order; all that changes."""
    rng = np.random.default_rng(3)
    reals = rng.uniform(-1, 1, size=(COUNT, BATCH, 1, SIZE, SIZE)).astype(np.float32)
    latents = rng.normal(size=(COUNT, BATCH, LATENT)).astype(np.float32)
    data = [bridge.floats_to_jvm(values) for values in (reals, latents)]

    def run(networks, block, replicas=1, **params):
        both = {f"{role}Optimizer": Adam(1e-3) for role in ("generator", "discriminator")}
        told = plan.for_core(plan.of_training(GANParams()._set(batchSize=BATCH, **both, **params)), 0)
        answer = bridge.call("probeBlocks", *(n.value for n in networks), told, COUNT, *data, replicas, block)
        return dict(zip(PARTS, map(bridge.floats_from_jvm, answer)))

    return run


def assert_same(found, expected):
    for name in PARTS:
        assert expected[name].size, name
        np.testing.assert_array_equal(found[name], expected[name], name)


@pytest.mark.long
@pytest.mark.parametrize("make", [dcgans, functions_of_weights, not_square])
def test_an_order_changes_no_bit(run, make):
    """Also the one for another kind of processor."""
    networks = make()
    expected = run(networks, 1, clipWeights=0.03)
    for block in (8, 16):
        assert_same(run(networks, block, clipWeights=0.03), expected)


@pytest.mark.long
def test_an_order_changes_no_bit_under_a_penalty(run):
    networks = dcgan.generator(SIZE, 1, LATENT, 16), dcgan.discriminator(SIZE, 1, 16, norm="layer")
    expected, found = (run(networks, block, r1=1.0, r2=0.5) for block in (1, 8))
    assert_same(found, expected)


@pytest.mark.long
def test_replicas_exchange_an_order(run):
    """Two values have one sum, whoever adds them."""
    networks = dcgans()
    expected, found = (run(networks, block, replicas=2) for block in (1, 8))
    assert_same(found, expected)
