"""The initial weights: what each layer begins with, and `initialize`."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import BatchNormalization as DllibBatchNormalization

from bigdl_gan.layers import (
    Add,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    Input,
    Model,
    Sequential,
    initialize,
)

SHAPE = (3, 5, 2)

pytestmark = pytest.mark.usefixtures("spark")

KERNELS = {  # layer, its input, and Keras's fans: inputs and outputs of a unit, times the kernel's size
    "Dense": (lambda **how: Dense(300, **how), (200,), 200 + 300),
    "Conv2D": (lambda **how: Conv2D(40, (3, 5), **how), (20, 5, 5), (20 + 40) * 15),
    "Conv2DTranspose": (lambda **how: Conv2DTranspose(40, (3, 5), **how), (20, 5, 5), (20 + 40) * 15),
}


@pytest.mark.parametrize("initializer", ["glorot_uniform", "random_uniform", "zeros", "ones"])
@pytest.mark.parametrize("kind", KERNELS)
def test_kernel_initializer(kind, initializer):
    make, shape, fans = KERNELS[kind]
    kernel, bias = Sequential([Input(shape), make(kernel_initializer=initializer)]).get_weights()
    bound = {"glorot_uniform": np.sqrt(6 / fans), "random_uniform": 0.05}.get(initializer)
    low, high = (-bound, bound) if bound else (0, 0) if initializer == "zeros" else (1, 1)
    # the least and the largest of 12,000 draws or more lie within a thousandth of the bounds
    np.testing.assert_allclose([kernel.min(), kernel.max()], [low, high], atol=0.002 * (bound or 0))
    np.testing.assert_array_equal(bias, np.zeros_like(bias))


@pytest.mark.parametrize("kind", KERNELS)
def test_random_normal(kind):
    make, shape, _ = KERNELS[kind]
    kernel = Sequential([Input(shape), make(kernel_initializer="random_normal", use_bias=False)]).get_weights()[0]
    error = 5 * 0.05 / np.sqrt(kernel.size)
    np.testing.assert_allclose([kernel.mean(), kernel.std()], [0, 0.05], atol=error)


@pytest.mark.parametrize("shape", [(4,), SHAPE], ids=str)
def test_batch_normalization_begins_as_the_identity(shape):
    gamma, beta = Sequential([Input(shape), BatchNormalization()]).get_weights()
    np.testing.assert_array_equal(gamma, np.ones(shape[0]))
    np.testing.assert_array_equal(beta, np.zeros(shape[0]))


def with_random_weights(model, rng):
    """The model, with no weight left at zero."""
    model.set_weights([rng.normal(size=shape).astype(np.float32) for shape in model.get_weights_shape()])
    return model


def nested_model():
    """Every kind of kernel, a nested model, and a branch."""
    image = Input(SHAPE)
    inner = Sequential([
        Conv2D(16, 3, padding="same", use_bias=False, input_shape=SHAPE),
        DllibBatchNormalization(gamma_init="normal", beta_init="normal"),
    ])  # fmt: skip
    other = Conv2DTranspose(16, 3, padding="same", activation="relu")
    return Model(image, Dense(32)(Flatten()(Add()([inner(image), other(image)]))))


def test_draws_kernels_and_leaves_batch_norm_alone():
    model = with_random_weights(nested_model(), np.random.default_rng(0))
    before = model.get_weights()
    assert initialize(model, stddev=0.5, seed=3) is model
    after = model.get_weights()
    kernels = np.concatenate([w.ravel() for w in after if w.ndim > 1])
    assert sorted(w.ndim for w in after) == [1, 1, 1, 1, 2, 5, 5]
    # 5,984 draws: five standard errors of the mean and of the standard deviation
    np.testing.assert_allclose([kernels.mean(), kernels.std()], [0, 0.5], atol=5 * 0.5 / np.sqrt(kernels.size))
    vectors = [(a, b) for a, b in zip(after, before) if a.ndim == 1]
    kept = [np.array_equal(a, b) for a, b in vectors]
    assert kept.count(True) == 2  # gamma and beta
    assert all(is_kept or not a.any() for (a, _), is_kept in zip(vectors, kept))


def test_keeps_running_statistics():
    model = Sequential([Input(SHAPE), BatchNormalization(momentum=0.9), Flatten(), Dense(2)])
    model.forward(np.random.default_rng(0).normal(5, 2, size=(4, *SHAPE)).astype(np.float32))

    def statistics():
        (found,) = [p for p in model.parameters().values() if "runningMean" in p]
        return found["runningMean"], found["runningVar"]

    before = statistics()
    assert before[0].min() > 0.3  # 0.1 of the batch's mean, 5
    initialize(model)
    np.testing.assert_array_equal(statistics(), before)


def test_depends_on_the_seed_alone():
    state = np.random.get_state()[1].copy()
    first, again, other = (initialize(nested_model(), seed=seed).get_weights() for seed in (7, 7, 8))
    for w, w_again, w_other in zip(first, again, other):
        if w.ndim > 1:
            np.testing.assert_array_equal(w, w_again)
            assert not np.array_equal(w, w_other)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_refuses_a_negative_stddev():
    model = Sequential([Dense(2, input_shape=(3,))])
    with pytest.raises(ValueError, match="`stddev` must be a finite number from 0 on. Received: stddev=-1"):
        initialize(model, stddev=-1)
