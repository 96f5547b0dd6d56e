"""Layers without a window: dense, batch normalisation, activations, shapes; and any number of steps in a row."""

import numpy as np
import pytest
import torch
from bigdl.dllib.keras.layers import (
    ELU,
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    InputLayer,
    LeakyReLU,
    Reshape,
)
from bigdl.dllib.keras.models import Sequential
from torch import nn

from bigdl_gan.jvm.bridge import quiet_dllib
from bigdl_gan.layers import GELU, SiLU


def chain(shape, *makers):
    """A model with the layers that the functions make."""
    with quiet_dllib():
        model = Sequential().add(InputLayer(input_shape=shape))
        for make in makers:
            model.add(make())
    return model


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("n_inputs, n_outputs", [(1, 5), (17, 1), (16, 32), (7, 3)])
def test_dense(agree, n_inputs, n_outputs, bias):
    model = chain((n_inputs,), lambda: Dense(n_outputs, bias=bias))
    agree(model, nn.Linear(n_inputs, n_outputs, bias=bias), batch=5)


def norm(epsilon=1e-5, momentum=0.1):
    return BatchNormalization(epsilon=epsilon, momentum=momentum)


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("shape", [(3,), (16,), (1, 3, 5), (5, 4, 4), (16, 3, 2), (17, 2, 2)], ids=str)
def test_batch_norm(agree, shape, groups, steps):
    twin = nn.BatchNorm1d(*shape) if len(shape) == 1 else nn.BatchNorm2d(shape[0])
    agree(chain(shape, norm), twin, batch=6, groups=groups, steps=steps)


def test_batch_norm_takes_epsilon_and_momentum(agree):
    agree(chain((5, 3, 3), lambda: norm(0.5, 0.3)), nn.BatchNorm2d(5, eps=0.5, momentum=0.3), steps=2)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("filters", [5, 16, 17])
def test_batch_norm_of_a_blocked_layout(agree, filters, groups):
    model = chain((3, 6, 6), lambda: Convolution2D(filters, 3, 3, bias=False), norm, lambda: Activation("relu"))
    twin = nn.Sequential(nn.Conv2d(3, filters, 3, bias=False), nn.BatchNorm2d(filters), nn.ReLU())
    agree(model, twin, groups=groups, steps=2)


ACTIVATIONS = {
    "relu": (lambda: Activation("relu"), nn.ReLU()),
    "leaky relu": (lambda: LeakyReLU(0.2), nn.LeakyReLU(0.2)),
    "tanh": (lambda: Activation("tanh"), nn.Tanh()),
    "sigmoid": (lambda: Activation("sigmoid"), nn.Sigmoid()),
    "elu": (lambda: ELU(0.7), nn.ELU(0.7)),
    "softplus": (lambda: Activation("softplus"), nn.Softplus()),
    "silu": (SiLU, nn.SiLU()),
    "gelu": (GELU, nn.GELU()),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(7,), (3, 5, 4), (4, 5)], ids=str)
def test_activation_of_the_input(agree, shape, name):
    """The input belongs to the caller, so nothing runs in place. Two axes are not an image: they run as one."""
    make, twin = ACTIVATIONS[name]
    agree(chain(shape, make), twin)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("filters", [3, 16, 17])
def test_activation_of_a_convolution(agree, filters, name):
    """ReLU and leaky ReLU run in place here."""
    make, twin = ACTIVATIONS[name]
    model = chain((2, 5, 5), lambda: Convolution2D(filters, 2, 2), make, lambda: Convolution2D(4, 3, 3))
    agree(model, nn.Sequential(nn.Conv2d(2, filters, 2), twin, nn.Conv2d(filters, 4, 3)), steps=2)


@pytest.mark.parametrize("first", ["relu", "leaky relu", "tanh", "elu", "softplus"])
def test_activation_of_an_activation(agree, first):
    """A second in-place layer would overwrite the values that the first one's derivative needs."""
    model = chain((6,), lambda: Dense(9), ACTIVATIONS[first][0], lambda: LeakyReLU(0.3), lambda: Activation("relu"))
    twin = nn.Sequential(nn.Linear(6, 9), ACTIVATIONS[first][1], nn.LeakyReLU(0.3), nn.ReLU())
    agree(model, twin, steps=2)


def test_a_negative_slope_does_not_run_in_place(agree):
    """There, the output's sign does not give the input's."""
    agree(chain((6,), lambda: Dense(9), lambda: LeakyReLU(-0.5)), nn.Sequential(nn.Linear(6, 9), nn.LeakyReLU(-0.5)))


@pytest.mark.parametrize("filters", [16, 5])
def test_reshape_and_flatten(agree, filters):
    """Values return to plain order from any layout that a convolution left them in."""
    model = chain(
        (3, 5, 4), lambda: Convolution2D(filters, 2, 2), Flatten, lambda: Dense(24), lambda: Reshape((4, 3, 2)),
        lambda: LeakyReLU(0.2), lambda: Convolution2D(2, 2, 2), lambda: Reshape((2, 2))
    )  # fmt: skip
    twin = nn.Sequential(
        nn.Conv2d(3, filters, 2), nn.Flatten(), nn.Linear(filters * 12, 24), nn.Unflatten(1, (4, 3, 2)),
        nn.LeakyReLU(0.2), nn.Conv2d(4, 2, 2), nn.Flatten(), nn.Unflatten(1, (2, 2))
    )  # fmt: skip
    agree(model, twin, steps=3)


def small_network():
    model = chain(
        (3, 6, 6), lambda: Convolution2D(16, 3, 3, bias=False), norm, lambda: LeakyReLU(0.2), Flatten,
        lambda: Dense(8, bias=False), norm, lambda: Activation("tanh"), lambda: Dense(2)
    )  # fmt: skip
    twin = nn.Sequential(
        nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(16), nn.LeakyReLU(0.2), nn.Flatten(),
        nn.Linear(256, 8, bias=False), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 2)
    )  # fmt: skip
    return model, twin


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("steps", [1, 3])
def test_steps_in_a_row(agree, steps, groups):
    """Gradients do not accumulate from step to step; running statistics move with each step."""
    agree(*small_network(), batch=8, groups=groups, steps=steps)


def test_evaluation(core, same_weights, error):
    """With running statistics that a training pass has moved, in dllib and in PyTorch."""
    model, twin = small_network()
    rng = np.random.default_rng(3)
    same_weights(model, twin, rng)
    before = rng.normal(2, 3, size=(8, 3, 6, 6)).astype(np.float32)
    model.training()
    model.forward(before)
    twin.train()(torch.from_numpy(before))
    x = rng.normal(size=(5, 3, 6, 6)).astype(np.float32)
    result = core(model, x, np.zeros((5, 2), np.float32), training=False, steps=3)
    norms = [twin[1], twin[5]]
    state = np.concatenate([s.numpy() for n in norms for s in (n.running_mean, n.running_var)])
    assert np.abs(state[:16]).min() > 1e-3  # moved away from the 0 that they start from
    assert error(result.state, state) <= 1e-4
    with torch.no_grad():
        assert error(result.output, twin.eval()(torch.from_numpy(x)).numpy().ravel()) <= 1e-4


@pytest.mark.parametrize("inputs", [1, 3, 4, 5, 7, 8, 10, 30, 64, 100, 101])
def test_in_generation_a_row_is_rounded_alike_wherever_it_lies(core, inputs):
    """Of a dense layer that is too thin for a convolution's layouts."""
    rng = np.random.default_rng(inputs)
    model = chain((inputs,), lambda: Dense(37))
    model.set_weights([rng.normal(size=shape).astype(np.float32) for shape in model.get_weights_shape()])
    x, order = rng.normal(size=(32, inputs)).astype(np.float32), rng.permutation(32)
    dy = np.zeros((32, 37), np.float32)
    rows, moved = (
        core(model, part, dy, training=False).output.reshape(32, 37) for part in (x, x[order])
    )  # fmt: skip
    np.testing.assert_array_equal(moved, rows[order])
