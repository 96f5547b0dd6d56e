"""The native libraries under the same operations, and how one is chosen.

JAVA_TOOL_OPTIONS=-Dbigdl_gan.engine=NAME has all tests of this folder run on an engine."""

import numpy as np
import pytest

from bigdl_gan import layers
from bigdl_gan.jvm import bridge


@pytest.fixture
def choose(spark):
    """Has an engine, by its name, run what the driver's JVM runs; returns all names."""
    yield lambda name: list(bridge.call("probeEngine", name))
    bridge.call("probeEngine", "")


@pytest.fixture
def network(spark):
    """With each of the engine's operations."""
    return layers.Sequential([
        layers.Input((3, 6, 6)), layers.Conv2D(16, 3, padding="same"), layers.BatchNormalization(),
        layers.LeakyReLU(0.2), layers.MaxPooling2D(2), layers.UpSampling2D(2), layers.Conv2DTranspose(3, 3),
        layers.Flatten(), layers.Dense(2, activation="sigmoid"),
    ])  # fmt: skip


def test_an_engine_is_chosen_by_its_name(choose, network, core):
    x = np.random.default_rng(0).normal(size=(4, 3, 6, 6)).astype(np.float32)
    dy = np.float32([[1, -2]] * 4)
    assert "mkldnn" in choose("")
    expected = core(network, x, dy)
    choose("mkldnn")
    for found, wanted in zip(core(network, x, dy), expected):
        assert wanted.any()
        np.testing.assert_array_equal(found, wanted)


def test_engines_agree(choose, network, core):
    """Not in the last bits."""
    x = np.random.default_rng(0).normal(size=(4, 3, 6, 6)).astype(np.float32)
    dy = np.float32([[1, -2]] * 4)
    first, *others = choose("mkldnn")
    expected = core(network, x, dy)
    assert first == "mkldnn" and others == ["onednn"]
    for name in others:
        choose(name)
        for found, wanted in zip(core(network, x, dy), expected):
            assert wanted.any()
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())


def test_an_unknown_engine_is_refused(choose):
    names = " or ".join(choose("mkldnn"))
    with pytest.raises(ValueError, match=f"An engine must be {names}. Received: abacus"):
        choose("abacus")
