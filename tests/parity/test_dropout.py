"""Dropout: no oracle knows the mask, so the tests look at the mask itself."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import Convolution2D, Dropout, InputLayer
from bigdl.dllib.keras.models import Sequential

from bigdl_gan.jvm.bridge import quiet_dllib

SHAPE = (16, 8, 8)
N = 8 * 16 * 8 * 8


@pytest.fixture(scope="module")
def dropout(core):
    """The input and `run(rate, **how)` for a network with one dropout layer."""
    rng = np.random.default_rng(0)
    x, dy = (rng.uniform(1, 2, size=(8, *SHAPE)).astype(np.float32) for _ in range(2))

    def run(rate, **how):
        with quiet_dllib():
            model = Sequential().add(InputLayer(input_shape=SHAPE)).add(Dropout(rate))
        return core(model, x, dy, **how)

    return x.ravel(), dy.ravel(), run


@pytest.mark.parametrize("rate", [0.25, 0.5, 0.9])
def test_share_and_scale(dropout, rate):
    x, _, run = dropout
    output = run(rate).output
    kept = output != 0
    np.testing.assert_allclose(output[kept], x[kept] / (1 - rate), rtol=1e-6)
    # five standard errors for a share of N independent draws
    np.testing.assert_allclose(1 - kept.mean(), rate, atol=5 * np.sqrt(rate * (1 - rate) / N))
    samples = kept.reshape(8, -1)
    shares = (samples[:, None] == samples).mean(axis=2)[np.triu_indices(8, 1)]  # equal values in each pair of samples
    expected = rate**2 + (1 - rate) ** 2
    np.testing.assert_allclose(shares, expected, atol=5 * np.sqrt(expected * (1 - expected) / (N / 8)))


@pytest.mark.parametrize("groups", [1, 2])
def test_gradient_has_the_mask_of_the_output(dropout, groups):
    x, dy, run = dropout
    result = run(0.4, groups=groups, steps=2)
    np.testing.assert_allclose(result.input_gradient / dy, result.output / x, rtol=1e-6)


def test_seed_alone_decides(dropout):
    _, _, run = dropout
    first, again, other = (run(0.5, seed=seed).output for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert 0.4 < ((first == 0) == (other == 0)).mean() < 0.6  # independent masks of one half agree by half


def test_two_layers_have_masks_of_their_own(core):
    x = np.ones((4, *SHAPE), np.float32)
    with quiet_dllib():
        model = Sequential().add(InputLayer(input_shape=SHAPE)).add(Dropout(0.5)).add(Dropout(0.5))
    output = core(model, x, x).output
    # a quarter is left if the masks are independent, half if they are equal; five standard errors
    np.testing.assert_allclose((output == 4).mean(), 0.25, atol=5 * np.sqrt(0.25 * 0.75 / output.size))
    assert set(np.unique(output)) == {0.0, 4.0}


def test_inference_is_the_identity(dropout):
    x, _, run = dropout
    np.testing.assert_array_equal(run(0.5, training=False).output, x)


def test_after_a_blocked_layout(core, error):
    """The mask applies to the values in any order that a convolution left them in."""
    rng = np.random.default_rng(1)
    with quiet_dllib():
        plain = Sequential().add(Convolution2D(5, 3, 3, input_shape=(2, 9, 9)))
        dropped = Sequential().add(Convolution2D(5, 3, 3, input_shape=(2, 9, 9))).add(Dropout(0.5))
    weights = [rng.normal(size=s).astype(np.float32) for s in plain.get_weights_shape()]
    plain.set_weights(weights)
    dropped.set_weights(weights)
    x, dy = rng.normal(size=(4, 2, 9, 9)), rng.normal(size=(4, 5, 7, 7))
    result, whole = core(dropped, x, dy), core(plain, x, dy).output
    mask = (result.output != 0) * np.float32(2)
    assert error(result.output, whole * mask) <= 1e-6
    masked = core(plain, x, dy * mask.reshape(dy.shape))
    assert error(result.gradients, masked.gradients) <= 1e-6
    assert error(result.input_gradient, masked.input_gradient) <= 1e-6
