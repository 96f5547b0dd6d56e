"""Conv2DTranspose, as dllib runs it, against PyTorch."""

import numpy as np
import pytest
import torch
from bigdl.dllib.keras.layers import Activation, InputLayer
from bigdl.dllib.keras.models import Model as DllibModel
from bigdl.dllib.keras.models import Sequential as DllibSequential
from bigdl.dllib.keras.models import load_model

from bigdl_gan.layers import Conv2DTranspose, Input, Model, Sequential

SHAPE = (3, 5, 2)  # odd, and height differs from width
KERNELS = [(4, 4), (5, 5), (3, 3), (2, 2), (4, 3), (1, 5)]
STRIDES = [(1, 1), (2, 2), (3, 3), (1, 3)]

pytestmark = pytest.mark.usefixtures("spark")


def conv_transpose(x, kernel, bias, strides, padding):
    """Keras's definition, written out: the full result, zeros appended where it is short, rows cut, bias added."""
    y = torch.nn.functional.conv_transpose2d(x, kernel, stride=strides)
    for axis, (k, s) in enumerate(zip(kernel.shape[2:], strides), start=2):
        surplus = max(k - s, 0)
        length = x.shape[axis] * s + (surplus if padding == "valid" else 0)
        begin = surplus // 2 if padding == "same" else 0
        missing = list(y.shape)
        missing[axis] = max(begin + length - y.shape[axis], 0)
        y = torch.cat([y, torch.zeros(missing)], axis).narrow(axis, begin, length)
    return y + bias[:, None, None]


def with_random_weights(model, rng):
    """The model, with no weight left at zero."""
    model.set_weights([rng.normal(size=shape).astype(np.float32) for shape in model.get_weights_shape()])
    return model


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", STRIDES, ids=str)
@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_equals_pytorch(kernel, strides, padding):
    rng = np.random.default_rng(0)
    model = Sequential([Conv2DTranspose(2, kernel, strides, padding, input_shape=SHAPE)])
    weight, bias = (torch.from_numpy(w) for w in with_random_weights(model, rng).get_weights())
    x = torch.from_numpy(rng.normal(size=(2, *SHAPE)).astype(np.float32)).requires_grad_()

    expected = conv_transpose(x, weight[0], bias, strides, padding)
    assert model.get_output_shape() == (None, *expected.shape[1:])
    np.testing.assert_allclose(model.forward(x.detach().numpy()), expected.detach(), rtol=1e-5, atol=1e-5)

    grad = torch.from_numpy(rng.normal(size=expected.shape).astype(np.float32))
    expected.backward(grad)
    np.testing.assert_allclose(model.backward(x.detach().numpy(), grad.numpy()), x.grad, rtol=1e-5, atol=1e-5)


def test_without_bias_has_one_weight():
    layer = Conv2DTranspose(2, (4, 3), use_bias=False, input_shape=SHAPE)
    assert Sequential([layer]).get_weights_shape() == [(1, 3, 2, 4, 3)]


def sequential(layer):
    return Sequential([Input(SHAPE), layer, Activation("sigmoid")])


def functional(layer):
    image = Input(SHAPE)
    return Model(image, Activation("sigmoid")(layer(image)))


def dllibs_sequential(layer):
    return DllibSequential().add(InputLayer(input_shape=SHAPE)).add(layer).add(Activation("sigmoid"))


def dllibs_model(layer):
    image = Input(SHAPE)
    return DllibModel(image, Activation("sigmoid")(layer(image)))


@pytest.mark.long
@pytest.mark.parametrize("kernel", [4, 3], ids=["one module", "convolution and cropping"])
@pytest.mark.parametrize("activation", ["tanh", "leaky_relu", None])
@pytest.mark.parametrize("build", [sequential, functional, dllibs_sequential, dllibs_model])
def test_survives_save_load_and_clone(build, activation, kernel, tmp_path):
    layer = Conv2DTranspose(2, kernel, strides=2, padding="same", activation=activation, name="up")
    model = with_random_weights(build(layer), np.random.default_rng(1))
    x = np.random.default_rng(2).normal(size=(3, *SHAPE)).astype(np.float32)
    expected = model.forward(x)
    path = str(tmp_path / "model.bigdl")
    model.saveModel(path)
    assert "up" in [layer.name() for layer in model.layers]
    np.testing.assert_array_equal(load_model(path).forward(x), expected)
    np.testing.assert_array_equal(model.from_jvalue(model.value.cloneModule()).forward(x), expected)
