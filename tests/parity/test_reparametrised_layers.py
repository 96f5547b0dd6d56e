"""Layers that compute with a function of their weights: tied kernels and spectral normalisation, against PyTorch."""

import copy

import numpy as np
import pytest
import torch
from spectral_twin import Spectral
from torch import nn
from torch.nn.utils import parametrizations

from bigdl_gan.jvm import bridge
from bigdl_gan.layers import Conv2D, Conv2DTranspose, Dense, Input, LeakyReLU, Sequential, SpectralNormalization

PRECISE = {"most": 1e-5, "norm": np.linalg.norm}

TIED = {  # layer and twin, from channels to filters
    "mean of 2x2 pixels of a 3x3 convolution": (
        lambda f: Conv2D(f, 4, 2, "same", tied=True),
        lambda c, f: nn.Sequential(nn.Conv2d(c, f, 3, padding=1), nn.AvgPool2d(2)),
    ),
    "3x3 transposed convolution of an enlarged image": (
        lambda f: Conv2DTranspose(f, 4, 2, "same", tied=True),
        lambda c, f: nn.Sequential(nn.Upsample(scale_factor=2.0), nn.ConvTranspose2d(c, f, 3, padding=1)),
    ),
}


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("shape, filters", [((3, 6, 4), 5), ((16, 4, 6), 32), ((128, 8, 4), 128)], ids=str)
@pytest.mark.parametrize("kind", TIED)
def test_tied_kernels(agree, kind, shape, filters, groups):
    """The wide ones run in tiles."""
    layer, twin = TIED[kind]
    batch = groups * (16 if filters == 128 else 2)
    model = Sequential([Input(shape), layer(filters)])
    agree(model, twin(shape[0], filters), batch=batch, groups=groups, scale=0.1, **PRECISE)


SPECTRAL = {  # input, layer, twin
    "Dense": ((7,), lambda: Dense(4), lambda: nn.Linear(7, 4)),
    "Dense, one unit, no bias": ((7,), lambda: Dense(1, use_bias=False), lambda: nn.Linear(7, 1, bias=False)),
    "Dense, large": ((300,), lambda: Dense(200), lambda: nn.Linear(300, 200)),
    "Conv2D": ((3, 6, 7), lambda: Conv2D(16, 3, padding="same"), lambda: nn.Conv2d(3, 16, 3, padding=1)),
    "Conv2D, valid, no bias": ((16, 6, 7), lambda: Conv2D(5, (2, 3), (2, 1), use_bias=False),
                               lambda: nn.Conv2d(16, 5, (2, 3), (2, 1), bias=False)),
    "Conv2D in tiles": ((128, 4, 4), lambda: Conv2D(128, 4, 2, "same"), lambda: nn.Conv2d(128, 128, 4, 2, 1)),
    "Conv2DTranspose": ((16, 3, 4), lambda: Conv2DTranspose(5, 4, 2, "same"),
                        lambda: nn.ConvTranspose2d(16, 5, 4, 2, 1)),
    "Conv2DTranspose, valid": ((3, 3, 4), lambda: Conv2DTranspose(16, (2, 3), (2, 1)),
                               lambda: nn.ConvTranspose2d(3, 16, (2, 3), (2, 1))),
}  # fmt: skip


def of(name):
    shape, layer, twin = SPECTRAL[name]
    return Sequential([Input(shape), SpectralNormalization(layer())]), Spectral(twin()), shape


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", SPECTRAL)
def test_spectral_normalization(spark, core, same_weights, name, groups):
    """Against the formulas, and against PyTorch's own layer with the u and v that were found."""
    model, twin, shape = of(name)
    rng = np.random.default_rng(3)
    same_weights(model, twin, rng)
    batch = 16 * groups if "tiles" in name else 2 * groups
    x = rng.normal(size=(batch, *shape)).astype(np.float32)
    dy = rng.normal(size=(batch, *model.get_output_shape()[1:])).astype(np.float32)
    actual = core(model, x, dy, groups=groups)

    twin(torch.from_numpy(x))
    own = parametrizations.spectral_norm(copy.deepcopy(twin.layer)).eval()
    own.parametrizations.weight[0]._u, own.parametrizations.weight[0]._v = (
        torch.from_numpy(part.copy()) for part in np.split(actual.state, [twin.u.numel()])
    )
    for name_of, module, weight in (("formulas", twin, twin.layer.weight),
                                    ("PyTorch's", own, own.parametrizations.weight.original)):  # fmt: skip
        inputs = torch.from_numpy(x).requires_grad_()
        module.zero_grad()
        output = module(inputs)
        output.backward(torch.from_numpy(dy))
        bias = getattr(module, "layer", module).bias
        gradients = [weight.grad, *([] if bias is None else [bias.grad])]
        expected = output, inputs.grad, torch.cat([g.flatten() for g in gradients]), torch.cat([twin.u, twin.v])
        for part, value, goal in zip(actual._fields, actual, expected):
            goal = goal.detach().numpy().ravel()
            assert np.linalg.norm(value - goal) <= 1e-5 * np.linalg.norm(goal), (name_of, part)
    w = twin.matrix(twin.layer.weight).detach()
    found = twin.u @ w @ twin.v
    assert 0.9 * torch.linalg.matrix_norm(w, 2) <= found <= 1.0001 * torch.linalg.matrix_norm(w, 2)


def test_of_tied_kernels(agree):
    """The matrix is that of the 3x3 kernels, which are the weights."""

    class Twin(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = Spectral(nn.Conv2d(3, 5, 3, padding=1))

        def forward(self, x):
            return nn.functional.avg_pool2d(self.conv(x), 2)

    model = Sequential([Input((3, 6, 4)), SpectralNormalization(Conv2D(5, 4, 2, "same", tied=True))])
    agree(model, Twin(), parts=("output", "input_gradient", "gradients"), **PRECISE)


def test_a_kernel_of_zeros_stays_so(core):
    model = Sequential([Input((3,)), SpectralNormalization(Dense(2, kernel_initializer="zeros"))])
    x = np.float32([[1, 2, 3]])
    run = core(model, x, np.float32([[1, 2]]))
    np.testing.assert_array_equal(run.output, [0, 0])
    np.testing.assert_allclose(run.gradients, [1, 2, 3, 2, 4, 6, 1, 2])


@pytest.mark.parametrize("name", ["Dense", "Conv2D", "Conv2DTranspose"])
def test_dllib_runs_it_too(spark, core, name):
    model, twin, shape = of(name)
    twin.layer.load_state_dict(dict(zip(
        ("weight", "bias"), (torch.from_numpy(w.reshape(p.shape)) for w, p in
                             zip(model.get_weights(), twin.layer.parameters())))))  # fmt: skip
    x = np.random.default_rng(1).normal(size=(5, *shape)).astype(np.float32)
    with bridge.quiet_dllib():
        actual = model.forward(x)
    np.testing.assert_allclose(actual, twin(torch.from_numpy(x)).detach().numpy(), atol=1e-5)


@pytest.mark.parametrize("kind", TIED)
def test_dllib_runs_tied_kernels_too(spark, kind):
    layer, twin = TIED[kind]
    model, twins = Sequential([Input((3, 6, 4)), layer(2), LeakyReLU(0.2)]), twin(3, 2)
    for parameter, weight in zip(twins.parameters(), model.get_weights()):
        parameter.data = torch.from_numpy(weight.reshape(parameter.shape))
    x = np.random.default_rng(1).normal(size=(5, 3, 6, 4)).astype(np.float32)
    with bridge.quiet_dllib():
        actual = model.forward(x)
    expected = nn.functional.leaky_relu(twins(torch.from_numpy(x)), 0.2).detach().numpy()
    np.testing.assert_allclose(actual, expected, atol=1e-5)
