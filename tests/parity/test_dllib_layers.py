"""Layers without a native counterpart, which dllib runs inside a lowered network."""

import numpy as np
import pytest
import torch
from bigdl.dllib.keras.layers import (
    LRN2D,
    Activation,
    BatchNormalization,
    Convolution2D,
    Dense,
    Flatten,
    Highway,
    Input,
    InputLayer,
    LeakyReLU,
    MaxoutDense,
    PReLU,
    merge,
)
from bigdl.dllib.keras.models import Model, Sequential
from bigdl.dllib.optim.optimizer import L2Regularizer
from torch import nn

from bigdl_gan.jvm.bridge import quiet_dllib

pytestmark = pytest.mark.usefixtures("spark")


def chain(shape, *makers):
    """A model with the layers that the functions make."""
    with quiet_dllib():
        model = Sequential().add(InputLayer(input_shape=shape))
        for make in makers:
            model.add(make())
    return model


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("filters", [3, 16])
def test_prelu_and_normalisation_across_channels(agree, filters, groups, steps):
    """Between native layers, whose inputs and outputs have blocked layouts."""
    model = chain(
        (2, 6, 5), lambda: Convolution2D(filters, 3, 3), lambda: PReLU(filters), lambda: Convolution2D(16, 2, 2),
        lambda: LRN2D(alpha=0.5, k=1.5, beta=0.6, n=3), lambda: LeakyReLU(0.1), Flatten, lambda: Dense(3)
    )  # fmt: skip
    twin = nn.Sequential(
        nn.Conv2d(2, filters, 3), nn.PReLU(filters), nn.Conv2d(filters, 16, 2),
        nn.LocalResponseNorm(3, alpha=0.5, beta=0.6, k=1.5), nn.LeakyReLU(0.1), nn.Flatten(), nn.Linear(96, 3)
    )  # fmt: skip
    agree(model, twin, groups=groups, steps=steps, native=False)


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


@pytest.mark.parametrize("groups", [1, 2])
def test_layer_of_several_inputs(agree, groups):
    """A product of two branches: dllib gets both, and both get their gradient."""
    with quiet_dllib():
        image = Input(shape=(3, 4, 4))
        hidden = Convolution2D(16, 2, 2)(image)
        model = Model(image, merge([hidden, Activation("sigmoid")(hidden)], mode="mul"))
    agree(model, nn.Sequential(nn.Conv2d(3, 16, 2), Swish()), groups=groups, native=False, steps=2)


class Penalised(nn.Module):
    """Adds the gradient of half the squared norm of a layer's kernel, `strength` times, once for all groups."""

    def __init__(self, layer, strength, groups):
        super().__init__()
        self.layer = layer
        layer.weight.register_hook(lambda gradient: gradient + strength / groups * layer.weight.detach())

    def forward(self, x):
        return self.layer(x)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    "make, twin, shape",
    [
        (lambda penalty: Dense(4, W_regularizer=penalty), lambda: nn.Linear(6, 4), (6,)),
        (lambda penalty: Convolution2D(4, 2, 2, W_regularizer=penalty), lambda: nn.Conv2d(3, 4, 2), (3, 3, 4)),
    ],
    ids=["dense", "convolution"],
)
def test_penalty_counts_once(agree, make, twin, shape, groups):
    """It depends on the weights: the number of groups of samples does not matter."""
    model = chain(shape, lambda: make(L2Regularizer(3.0)))
    agree(model, Penalised(twin(), 3.0, groups), groups=groups, native=False, steps=2)


def flat(arrays):
    return np.concatenate([np.asarray(a).ravel() for a in arrays] or [np.zeros(0)])


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize(
    "make, shape",
    [(lambda: MaxoutDense(4, 3), (5,)), (lambda: Highway(activation="tanh"), (6,))],
    ids=["maxout", "highway"],
)
def test_equals_dllib(core, error, make, shape, groups):
    """dllib's own forward and backward pass, group by group, defines these layers."""
    model, rng = chain(shape, make), np.random.default_rng(2)
    model.set_weights([rng.normal(size=s).astype(np.float32) for s in model.get_weights_shape()])
    x = rng.normal(size=(4, *shape)).astype(np.float32)
    dy = rng.normal(size=(4, *model.get_output_shape()[1:])).astype(np.float32)
    result = core(model, x, dy, groups=groups, steps=2)
    model.training()
    model.zero_grad_parameters()
    halves = list(zip(np.split(x, groups), np.split(dy, groups)))
    outputs, inputs = zip(*[(model.forward(part), model.backward(part, gradient)) for part, gradient in halves])
    gradients = [g for layer in model.parameters().values() for g in (layer["gradWeight"], layer.get("gradBias", []))]
    assert error(result.output, flat(outputs)) <= 1e-6
    assert error(result.input_gradient, flat(inputs)) <= 1e-6
    # sorted: dllib orders the layers inside one of these by generated names
    assert error(np.sort(result.gradients), np.sort(flat(gradients))) <= 1e-5


def test_frozen_layers_have_no_gradient(core):
    model = chain((4,), lambda: Dense(3, name="first"), lambda: Dense(2))
    model.freeze(["first"])
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(4, 4)), rng.normal(size=(4, 2))
    gradients = core(model, x, dy).gradients
    assert not gradients[:15].any() and gradients[15:].all()


@pytest.mark.parametrize("groups", [1, 2])
def test_running_statistics_of_a_norm_that_dllib_runs(core, error, groups):
    """Channels last has no native counterpart; the groups' statistics follow one another."""
    model = chain((3, 2, 5), lambda: BatchNormalization(epsilon=1e-5, momentum=0.1, dim_ordering="tf", axis=-1))
    twin = nn.BatchNorm2d(5).train()
    rng = np.random.default_rng(4)
    x, dy = rng.normal(1, 2, size=(6, 3, 2, 5)).astype(np.float32), rng.normal(size=(6, 3, 2, 5)).astype(np.float32)
    result = core(model, x, dy, groups=groups, steps=3)
    with torch.no_grad():
        twin.weight[:] = torch.from_numpy(model.get_weights()[0])
        for _ in range(3):
            outputs = [twin(torch.from_numpy(part).permute(0, 3, 1, 2)) for part in np.split(x, groups)]
        expected = torch.cat(outputs).permute(0, 2, 3, 1).numpy().ravel()
    assert error(result.output, expected) <= 1e-4
    assert error(result.state, flat([twin.running_mean, twin.running_var])) <= 1e-4
