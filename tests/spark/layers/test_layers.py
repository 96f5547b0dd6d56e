"""The layers against PyTorch, and the initial weights."""

import numpy as np
import pytest
import torch
from bigdl.dllib.keras.layers import (
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    Input,
    InputLayer,
    KerasLayerWrapper,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential, load_model
from pyspark import SparkContext

from bigdl_gan.layers import Deconvolution2D, initialize

SHAPE = (3, 5, 2)  # odd, and height differs from width
KERNELS = [(4, 4), (5, 5), (3, 3), (2, 2), (4, 3), (1, 5)]
STRIDES = [(1, 1), (2, 2), (3, 3), (1, 3)]

pytestmark = pytest.mark.usefixtures("spark")


def conv_transpose(x, kernel, bias, strides, border_mode):
    """Keras's definition, written out: the full result, zeros appended where it is short, rows cut, bias added."""
    y = torch.nn.functional.conv_transpose2d(x, kernel, stride=strides)
    for axis, (k, s) in enumerate(zip(kernel.shape[2:], strides), start=2):
        surplus = max(k - s, 0)
        length = x.shape[axis] * s + (surplus if border_mode == "valid" else 0)
        begin = surplus // 2 if border_mode == "same" else 0
        missing = list(y.shape)
        missing[axis] = max(begin + length - y.shape[axis], 0)
        y = torch.cat([y, torch.zeros(missing)], axis).narrow(axis, begin, length)
    return y + bias[:, None, None]


def with_random_weights(model, rng):
    """The model, with no weight left at zero."""
    model.set_weights([rng.normal(size=shape).astype(np.float32) for shape in model.get_weights_shape()])
    return model


@pytest.mark.parametrize("border_mode", ["valid", "same"])
@pytest.mark.parametrize("strides", STRIDES, ids=str)
@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_deconvolution_equals_pytorch(kernel, strides, border_mode):
    rng = np.random.default_rng(0)
    model = Sequential()
    model.add(InputLayer(input_shape=SHAPE))
    model.add(Deconvolution2D(2, *kernel, subsample=strides, border_mode=border_mode))
    weight, bias = (torch.from_numpy(w) for w in with_random_weights(model, rng).get_weights())
    x = torch.from_numpy(rng.normal(size=(2, *SHAPE)).astype(np.float32)).requires_grad_()

    expected = conv_transpose(x, weight[0], bias, strides, border_mode)
    assert model.get_output_shape() == (None, *expected.shape[1:])
    np.testing.assert_allclose(model.forward(x.detach().numpy()), expected.detach(), rtol=1e-5, atol=1e-5)

    grad = torch.from_numpy(rng.normal(size=expected.shape).astype(np.float32))
    expected.backward(grad)
    np.testing.assert_allclose(model.backward(x.detach().numpy(), grad.numpy()), x.grad, rtol=1e-5, atol=1e-5)


def test_deconvolution_without_bias_has_one_weight():
    layer = Deconvolution2D(2, 4, 3, bias=False, input_shape=SHAPE)
    assert Sequential().add(layer).get_weights_shape() == [(1, 3, 2, 4, 3)]


@pytest.mark.parametrize("init, low, high", [("zero", 0, 0), ("one", 1, 1), ("uniform", -0.05, 0.05)])
def test_deconvolution_init_is_that_of_dllib_and_the_bias_is_zero(init, low, high):
    kernel, bias = Sequential().add(Deconvolution2D(8, 4, 4, init=init, input_shape=SHAPE)).get_weights()
    np.testing.assert_allclose([kernel.min(), kernel.max()], [low, high], atol=0.005)
    np.testing.assert_array_equal(bias, np.zeros(8))


def sequential(layer):
    return Sequential().add(InputLayer(input_shape=SHAPE)).add(layer).add(Activation("sigmoid"))


def functional(layer):
    image = Input(shape=SHAPE)
    return Model(image, Activation("sigmoid")(layer(image)))


@pytest.mark.parametrize("kernel", [4, 3], ids=["one module", "convolution and cropping"])
@pytest.mark.parametrize("build", [sequential, functional])
def test_deconvolution_survives_save_load_and_clone(build, kernel, tmp_path):
    layer = Deconvolution2D(2, kernel, kernel, subsample=(2, 2), border_mode="same", activation="tanh", name="up")
    model = with_random_weights(build(layer), np.random.default_rng(1))
    x = np.random.default_rng(2).normal(size=(3, *SHAPE)).astype(np.float32)
    expected = model.forward(x)
    path = str(tmp_path / "model.bigdl")
    model.saveModel(path)
    assert "up" in [layer.name() for layer in model.layers]
    np.testing.assert_array_equal(load_model(path).forward(x), expected)
    np.testing.assert_array_equal(model.from_jvalue(model.value.cloneModule()).forward(x), expected)


def test_deconvolution_makes_no_noise(capfd):
    sequential(Deconvolution2D(2, 4, 4))
    capfd.readouterr()
    Deconvolution2D(2, 4, 4, activation="tanh", input_shape=SHAPE)
    assert capfd.readouterr() == ("", "")


def test_deconvolution_is_used_once():
    layer = Deconvolution2D(2, 4, 4)
    image = Input(shape=SHAPE)
    layer(image)
    with pytest.raises(ValueError, match="must be used only once.*Make another layer"):
        layer(image)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"nb_filter": 0}, "`nb_filter` must be an integer from 1 on. Received: nb_filter=0"),
        ({"nb_row": 2.5}, "`nb_row` must be an integer from 1 on. Received: nb_row=2.5"),
        ({"nb_col": True}, "`nb_col` must be an integer from 1 on. Received: nb_col=True"),
        ({"subsample": 2}, r"`subsample` must be a pair \(height, width\). Received: subsample=2"),
        ({"subsample": (2, 0)}, r"`subsample\[1\]` must be an integer from 1 on. Received: subsample\[1\]=0"),
        ({"border_mode": "full"}, "`border_mode` must be one of 'valid', 'same'. Received: border_mode='full'"),
        ({"init": "he"}, "`init` must be one of 'glorot_uniform'.* Received: init='he'"),
        ({"input_shape": (3, 5)}, r"must be \(channels, height, width\). Received: input_shape=\(3, 5\)"),
    ],
)
def test_deconvolution_refuses(arguments, message):
    kind = TypeError if any(isinstance(value, (float, bool)) for value in arguments.values()) else ValueError
    with pytest.raises(kind, match=message):
        Deconvolution2D(**{"nb_filter": 2, "nb_row": 4, "nb_col": 4, **arguments})


def test_a_layer_needs_a_session(monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    with pytest.raises(RuntimeError, match=r"Create one with bigdl_gan\.configure\(\.\.\.\) first"):
        Deconvolution2D(2, 4, 4, input_shape=SHAPE)


def nested_model():
    """Every kind of kernel, a nested model, and a branch."""
    image = Input(shape=SHAPE)
    inner = Sequential()
    inner.add(Convolution2D(16, 3, 3, border_mode="same", bias=False, input_shape=SHAPE))
    inner.add(BatchNormalization(gamma_init="normal", beta_init="normal"))
    other = Deconvolution2D(16, 3, 3, border_mode="same", activation="relu")
    return Model(image, Dense(32)(Flatten()(merge([inner(image), other(image)], mode="sum"))))


def test_initialize_draws_kernels_and_leaves_batch_norm_alone():
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


def test_initialize_keeps_running_statistics():
    norm = BatchNormalization(momentum=0.1, input_shape=SHAPE)
    model = Sequential().add(norm).add(Flatten()).add(Dense(2))
    model.forward(np.random.default_rng(0).normal(5, 2, size=(4, *SHAPE)).astype(np.float32))

    def statistics():
        (found,) = [p for p in model.parameters().values() if "runningMean" in p]
        return found["runningMean"], found["runningVar"]

    before = statistics()
    assert before[0].min() > 0.3  # 0.1 of the batch's mean, 5
    initialize(model)
    np.testing.assert_array_equal(statistics(), before)


def test_initialize_depends_on_the_seed_alone():
    state = np.random.get_state()[1].copy()
    first, again, other = (initialize(nested_model(), seed=seed).get_weights() for seed in (7, 7, 8))
    for w, w_again, w_other in zip(first, again, other):
        if w.ndim > 1:
            np.testing.assert_array_equal(w, w_again)
            assert not np.array_equal(w, w_other)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_initialize_refuses_a_negative_stddev():
    model = Sequential().add(Dense(2, input_shape=(3,)))
    with pytest.raises(ValueError, match="`stddev` must be a finite number from 0 on. Received: stddev=-1"):
        initialize(model, stddev=-1)


def test_known_shape_gives_a_layer_at_once():
    assert isinstance(Deconvolution2D(2, 4, 4, input_shape=SHAPE), KerasLayerWrapper)
