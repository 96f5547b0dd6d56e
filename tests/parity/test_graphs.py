"""Networks that branch, and gradients against finite differences."""

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
    LeakyReLU,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential
from torch import nn

from bigdl_gan.jvm.bridge import quiet_dllib
from bigdl_gan.layers import Conv2DTranspose


class Branches(nn.Module):
    """A trunk, two branches from it, joined, then the rest."""

    def __init__(self, trunk, left, right, join, rest):
        super().__init__()
        self.trunk, self.left, self.right, self.rest = trunk, left, right, rest
        self.join = join

    def forward(self, x):
        shared = self.trunk(x)
        return self.rest(self.join(self.left(shared), self.right(shared)))


def add(left, right):
    return left + right


def concat(left, right):
    return torch.cat([left, right], 1)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("filters", [3, 16])
@pytest.mark.parametrize("mode, join", [("sum", add), ("concat", concat)])
def test_branches_of_a_convolution(agree, mode, join, filters, groups):
    """One branch has a leaky ReLU: the trunk's output has another reader, so it must not run in place."""
    with quiet_dllib():
        image = Input(shape=(2, 6, 5))
        shared = Convolution2D(filters, 3, 3)(image)
        branches = [LeakyReLU(0.2)(shared), Convolution2D(filters, 3, 3, border_mode="same")(shared)]
        joined = merge(branches, mode=mode, concat_axis=1)
        model = Model(image, Convolution2D(2, 2, 2)(joined))
    twin = Branches(
        nn.Conv2d(2, filters, 3), nn.LeakyReLU(0.2), nn.Conv2d(filters, filters, 3, padding=1), join,
        nn.Conv2d(filters if mode == "sum" else 2 * filters, 2, 2)
    )  # fmt: skip
    agree(model, twin, groups=groups, steps=2)


@pytest.mark.parametrize("mode, join", [("sum", add), ("concat", concat)])
def test_branches_of_the_input(agree, mode, join):
    with quiet_dllib():
        vector = Input(shape=(5,))
        joined = merge([Activation("tanh")(vector), LeakyReLU(0.1)(vector)], mode=mode, concat_axis=1)
        model = Model(vector, Activation("sigmoid")(joined))
    agree(model, Branches(nn.Identity(), nn.Tanh(), nn.LeakyReLU(0.1), join, nn.Sigmoid()), batch=3)


def test_skip_around_a_block(agree):
    """The input itself is one of the summands."""
    with quiet_dllib():
        image = Input(shape=(16, 4, 4))
        block = Convolution2D(16, 3, 3, border_mode="same", bias=False)(image)
        block = Activation("relu")(BatchNormalization(epsilon=1e-5, momentum=0.1)(block))
        model = Model(image, Activation("relu")(merge([image, block], mode="sum")))
    left = nn.Sequential(nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
    agree(model, Branches(nn.Identity(), left, nn.Identity(), add, nn.ReLU()), batch=6, groups=2, steps=3)


@pytest.mark.parametrize("axis, shape", [(2, (3, 4, 2)), (3, (16, 4, 2))], ids=["rows", "columns"])
def test_concat_along_pixels(agree, axis, shape):
    with quiet_dllib():
        image = Input(shape=shape)
        left = Convolution2D(16, 1, 1)(image)
        model = Model(image, merge([left, Activation("tanh")(left)], mode="concat", concat_axis=axis))

    def join(left, right):
        return torch.cat([left, right], axis)

    agree(model, Branches(nn.Conv2d(shape[0], 16, 1), nn.Identity(), nn.Tanh(), join, nn.Identity()))


def test_model_in_a_model(agree):
    with quiet_dllib():
        inner = Sequential().add(Dense(6, input_shape=(4,))).add(LeakyReLU(0.2))
        model = Sequential().add(InputLayer(input_shape=(4,))).add(inner).add(Dense(3))
    agree(model, nn.Sequential(nn.Linear(4, 6), nn.LeakyReLU(0.2), nn.Linear(6, 3)))


def smooth_network():
    """It has no kink that a finite difference might step over."""
    norm = {"epsilon": 1e-5, "momentum": 0.1}
    with quiet_dllib():
        model = Sequential().add(Convolution2D(2, 2, 2, bias=False, input_shape=(1, 4, 3)))
        model.add(BatchNormalization(**norm)).add(Activation("softplus"))
        model.add(Conv2DTranspose(1, (3, 2), (2, 1), "same")).add(Activation("sigmoid"))
        return model.add(Flatten()).add(Dense(3)).add(Activation("tanh")).add(Dense(2))


@pytest.mark.slow
def test_gradients_equal_finite_differences(core, error):
    model, rng = smooth_network(), np.random.default_rng(1)
    weights = [rng.normal(0, 0.7, size=s).astype(np.float32) for s in model.get_weights_shape()]
    model.set_weights(weights)
    x, dy = (rng.normal(size=shape).astype(np.float32) for shape in [(4, 1, 4, 3), (4, 2)])
    result = core(model, x, dy)
    step = 1e-2

    def slope(values, index, evaluate):
        values.flat[index] += step
        above = evaluate()
        values.flat[index] -= 2 * step
        below = evaluate()
        values.flat[index] += step
        return (above - below) / (2 * step)

    def loss():
        return float(core(model, x, dy).output.astype(np.float64) @ dy.ravel())

    def loss_of_weights():
        model.set_weights(weights)
        return loss()

    by_weights = [slope(w, i, loss_of_weights) for w in weights for i in range(w.size)]
    model.set_weights(weights)
    by_input = [slope(x, i, loss) for i in range(12)]  # the first sample
    # float32 leaves some 1e-7 / step of the loss as noise, and the third derivative step squared: both below 1e-3
    assert error(np.array(by_weights), result.gradients) <= 3e-3
    assert error(np.array(by_input), result.input_gradient[:12]) <= 3e-3


@pytest.mark.parametrize("mode, join", [("sum", add), ("concat", concat)])
def test_the_same_tensor_twice(agree, mode, join):
    """Each use of a tensor has its own gradient."""
    with quiet_dllib():
        vector = Input(shape=(5,))
        hidden = Dense(3)(vector)
        model = Model(vector, Dense(2)(merge([hidden, hidden], mode=mode, concat_axis=1)))
    twin = Branches(
        nn.Linear(5, 3), nn.Identity(), nn.Identity(), join, nn.Linear(3 if mode == "sum" else 6, 2)
    )  # fmt: skip
    agree(model, twin, groups=2)


def test_the_same_tensor_twice_in_a_layer_of_dllib(agree):
    def square(left, right):
        return left * right

    with quiet_dllib():
        vector = Input(shape=(5,))
        hidden = Dense(3)(vector)
        model = Model(vector, Dense(2)(merge([hidden, hidden], mode="mul")))
    agree(model, Branches(nn.Linear(5, 3), nn.Identity(), nn.Identity(), square, nn.Linear(3, 2)), native=False)
