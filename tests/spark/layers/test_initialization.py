"""The initial weights: what each layer begins with, and `initialize`."""

import numpy as np
import pytest
from bigdl.dllib.keras.layers import BatchNormalization as DllibBatchNormalization

from bigdl_gan.layers import (
    Add,
    BatchNormalization,
    ConditionalBatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Embedding,
    Flatten,
    GroupNormalization,
    HeNormal,
    HeUniform,
    Input,
    InstanceNormalization,
    LayerNormalization,
    Model,
    RandomNormal,
    Sequential,
    SpectralNormalization,
    VarianceScaling,
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


FANS = {  # layer, its input, and how many of its inputs each output depends on
    "Dense": (lambda **how: Dense(300, **how), (200,), 200),
    "Conv2D": (lambda **how: Conv2D(40, (3, 5), padding="same", **how), (20, 6, 6), 20 * 15),
    "Conv2D, groups": (lambda **how: Conv2D(80, (3, 5), padding="same", groups=2, **how), (40, 6, 6), 20 * 15),
    "DepthwiseConv2D": (lambda kernel_initializer: DepthwiseConv2D(3, depthwise_initializer=kernel_initializer),
                        (800, 3, 3), 9),
    "Conv2DTranspose": (lambda **how: Conv2DTranspose(40, 4, 2, "same", **how), (20, 5, 5), 20 * 4),
    "Conv2D, tied": (lambda **how: Conv2D(40, 4, 2, "same", tied=True, **how), (20, 6, 6), 20 * 9),
    "Conv2DTranspose, tied": (lambda **how: Conv2DTranspose(40, 4, 2, "same", tied=True, **how), (20, 5, 5), 20 * 9),
    "SpectralNormalization": (lambda **how: SpectralNormalization(Dense(300, **how)), (200,), 200),
}  # fmt: skip
DRAWN = {  # initializer, its standard deviation times the root of the fan, and its largest value, likewise
    "he_normal": ("he_normal", np.sqrt(2), 2 * np.sqrt(2) / 0.8796),
    "he_uniform": ("he_uniform", np.sqrt(2), np.sqrt(6)),
    "with a gain": (HeNormal(0.5, seed=1), 0.5, 1 / 0.8796),
    "uniform with a gain": (HeUniform(gain=0.5, seed=1), 0.5, 0.5 * np.sqrt(3)),
    "of a scale": (VarianceScaling(4.0, distribution="uniform"), 2, 2 * np.sqrt(3)),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("kind", FANS)
def test_kernels_that_keep_a_signals_size(kind, name):
    (make, shape, fan), (initializer, deviation, bound) = FANS[kind], DRAWN[name]
    kernel, bias = Sequential([Input(shape), make(kernel_initializer=initializer)]).get_weights()
    values = kernel * np.sqrt(fan)
    # 7,200 draws or more: five standard errors of the mean and, with the normal's, of the standard deviation
    np.testing.assert_allclose(values.mean(), 0, atol=5 * deviation / np.sqrt(values.size))
    np.testing.assert_allclose(values.std(), deviation, rtol=5 / np.sqrt(2 * values.size))
    assert 0.95 * bound < np.abs(values).max() <= 1.0001 * bound
    np.testing.assert_array_equal(bias, np.zeros_like(bias))


@pytest.mark.parametrize("mode, n", [("fan_in", 200), ("fan_out", 300), ("fan_avg", 250)])
def test_modes_of_variance_scaling(mode, n):
    initializer = VarianceScaling(2.0, mode, "untruncated_normal", seed=3)
    kernel = Sequential([Input((200,)), Dense(300, kernel_initializer=initializer)]).get_weights()[0]
    np.testing.assert_allclose(kernel.std(), np.sqrt(2 / n), rtol=5 / np.sqrt(2 * kernel.size))
    assert np.abs(kernel).max() > 3 * np.sqrt(2 / n)


def test_a_seed_gives_the_same_kernel_each_time():
    def kernel(initializer):
        return Sequential([Input((4,)), Dense(3, kernel_initializer=initializer)]).get_weights()[0]

    one = HeNormal(seed=5)
    np.testing.assert_array_equal(kernel(one), kernel(HeNormal(seed=5)))
    np.testing.assert_array_equal(kernel(one), kernel(one))
    assert not np.array_equal(kernel(HeNormal()), kernel(HeNormal()))
    assert not np.array_equal(kernel("he_normal"), kernel("he_normal"))
    normal = kernel(RandomNormal(0.5, seed=2))
    np.testing.assert_array_equal(normal, np.random.default_rng(2).normal(0, 0.5, (3, 4)).astype(np.float32))


@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose", "Dense"])
@pytest.mark.parametrize("initializer", ["glorot_uniform", "random_normal", "random_uniform", "zeros", "ones"])
def test_a_reparametrised_layer_has_the_same_initial_kernels(kind, initializer):
    make, shape, fans = KERNELS[kind]
    layer = SpectralNormalization(make(kernel_initializer=initializer))
    kernel, bias = Sequential([Input(shape), layer]).get_weights()
    if kind == "Conv2DTranspose":
        fans = (20 + 40) * 15
    expected = {"glorot_uniform": np.sqrt(2 / fans), "random_normal": 0.05, "random_uniform": 0.05 / np.sqrt(3)}
    np.testing.assert_allclose(kernel.std(), expected.get(initializer, 0), rtol=5 / np.sqrt(2 * kernel.size))
    assert initializer != "ones" or (kernel == 1).all()
    np.testing.assert_array_equal(bias, np.zeros_like(bias))


@pytest.mark.parametrize("make", [GroupNormalization, InstanceNormalization, LayerNormalization], ids=str)
def test_normalization_of_samples_begins_as_the_identity(make):
    options = {"groups": 1} if make is GroupNormalization else {}
    gamma, beta = Sequential([Input(SHAPE), make(**options)]).get_weights()
    np.testing.assert_array_equal(gamma, np.ones(gamma.size))
    np.testing.assert_array_equal(beta, np.zeros(gamma.size))
    model = Sequential([Input(SHAPE), make(**options), Flatten(), Dense(2)])
    np.testing.assert_array_equal(initialize(model).get_weights()[0], gamma)


@pytest.mark.parametrize("shape", [(4,), SHAPE], ids=str)
def test_batch_normalization_begins_as_the_identity(shape):
    gamma, beta = Sequential([Input(shape), BatchNormalization()]).get_weights()
    np.testing.assert_array_equal(gamma, np.ones(shape[0]))
    np.testing.assert_array_equal(beta, np.zeros(shape[0]))


@pytest.mark.parametrize("shape", [(4,), SHAPE], ids=str)
def test_conditional_batch_normalization_begins_without_its_label(shape):
    """And stays so when kernels are drawn: its tables are none."""
    x, y = Input(shape), Input((2,))
    model = Model([x, y], ConditionalBatchNormalization()([x, y]))
    for weights in model.get_weights(), initialize(model).get_weights():
        assert [w.shape for w in weights] == [(2 * shape[0],)] * 2 and not np.any(weights)


def test_an_embedding_begins_with_small_uniform_numbers():
    """Keras's default, between -0.05 and 0.05; 30,000 draws."""
    (table,) = Sequential([Input((100,)), Embedding(300)]).get_weights()
    assert table.shape == (300, 100)
    np.testing.assert_allclose([table.min(), table.max()], [-0.05, 0.05], rtol=0.002)
    (normal,) = Sequential([Input((100,)), Embedding(300, RandomNormal(1.0, seed=2))]).get_weights()
    np.testing.assert_array_equal(normal, np.random.default_rng(2).normal(0, 1, (300, 100)).astype(np.float32))


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
