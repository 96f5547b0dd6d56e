"""Convolution in groups of channels, and of each channel by itself, against PyTorch."""

import numpy as np
import pytest
import torch
from bigdl.dllib.keras.layers import InputLayer, KerasLayerWrapper
from bigdl.dllib.keras.models import Sequential as DllibSequential
from bigdl.dllib.nn.layer import SpatialConvolution
from same_padding import same_padding
from spectral_twin import Spectral
from torch import nn

from bigdl_gan.jvm import bridge
from bigdl_gan.layers import Conv2D, DepthwiseConv2D, Flatten, Input, LeakyReLU, Sequential, SpectralNormalization

PRECISE = {"most": 1e-5, "norm": np.linalg.norm}
GROUPED = [  # input, filters, kernel, strides, groups; blocks of 16 and of 8 channels in a group, and others
    ((4, 7, 5), 6, (3, 3), (1, 1), 2),
    ((32, 6, 7), 32, (3, 3), (1, 1), 2),
    ((32, 8, 8), 64, (4, 4), (2, 2), 4),
    ((48, 5, 6), 24, (1, 3), (1, 2), 3),
    ((20, 6, 6), 40, (3, 3), (1, 1), 5),
    ((16, 7, 8), 16, (2, 2), (3, 3), 2),  # some pixels have no output
]
DEPTHWISE = [  # input, kernel, strides, outputs of each channel
    ((1, 6, 6), (3, 3), (1, 1), 1),
    ((3, 7, 5), (3, 3), (1, 1), 1),
    ((16, 8, 8), (4, 4), (2, 2), 1),
    ((20, 7, 6), (3, 2), (1, 1), 1),
    ((32, 4, 4), (4, 4), (1, 1), 1),  # the end of R3GAN's discriminator
    ((16, 6, 5), (3, 3), (1, 1), 2),
    ((16, 7, 8), (1, 1), (2, 2), 1),
]


def twin_of(shape, filters, kernel, strides, groups, padding, bias):
    zeros = same_padding(shape, kernel, strides) if padding == "same" else 0
    return nn.Sequential(nn.ZeroPad2d(zeros), nn.Conv2d(shape[0], filters, kernel, strides, groups=groups, bias=bias))


@pytest.mark.long
@pytest.mark.parametrize("padding, bias", [("same", True), ("valid", False)])
@pytest.mark.parametrize("shape, filters, kernel, strides, groups", GROUPED, ids=str)
def test_groups(agree, shape, filters, kernel, strides, groups, padding, bias):
    model = Sequential([Input(shape), Conv2D(filters, kernel, strides, padding, groups=groups, use_bias=bias)])
    assert model.get_weights_shape()[0] == (groups, filters // groups, shape[0] // groups, *kernel)
    agree(model, twin_of(shape, filters, kernel, strides, groups, padding, bias), **PRECISE)


@pytest.mark.long
@pytest.mark.parametrize("padding, bias", [("same", True), ("valid", False)])
@pytest.mark.parametrize("shape, kernel, strides, multiplier", DEPTHWISE, ids=str)
def test_each_channel_by_itself(agree, shape, kernel, strides, multiplier, padding, bias):
    model = Sequential([Input(shape), DepthwiseConv2D(kernel, strides, padding, multiplier, use_bias=bias)])
    assert model.get_weights_shape()[0] == (shape[0], multiplier, 1, *kernel)
    agree(model, twin_of(shape, shape[0] * multiplier, kernel, strides, shape[0], padding, bias), **PRECISE)


def test_between_other_layers(agree):
    """In the layouts of its neighbours, in two groups of the batch, and a kernel that begins within a block."""
    model = Sequential([
        Input((3, 8, 8)), Conv2D(32, 3, padding="same"), LeakyReLU(0.2),
        Conv2D(32, 3, padding="same", groups=2, activation="leaky_relu"), Conv2D(5, 1), DepthwiseConv2D(3),
        Conv2D(16, 1), DepthwiseConv2D(6), Flatten(),
    ])  # fmt: skip
    agree(model, nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(32, 32, 3, padding=1, groups=2), nn.LeakyReLU(0.2),
        nn.Conv2d(32, 5, 1), nn.Conv2d(5, 5, 3, groups=5), nn.Conv2d(5, 16, 1), nn.Conv2d(16, 16, 6, groups=16),
        nn.Flatten()), groups=2, steps=2, scale=0.2, **PRECISE)  # fmt: skip


def test_dllibs_own_groups(agree):
    with bridge.quiet_dllib():
        module = SpatialConvolution(4, 6, 3, 3, 1, 1, 0, 0, 2)
        model = DllibSequential().add(InputLayer(input_shape=(4, 5, 6))).add(KerasLayerWrapper(module))
    agree(model, nn.Conv2d(4, 6, 3, groups=2), **PRECISE)


def test_tied_kernels_in_groups(agree):
    model = Sequential([Input((4, 6, 8)), Conv2D(6, 4, 2, "same", groups=2, tied=True)])
    agree(model, nn.Sequential(nn.Conv2d(4, 6, 3, padding=1, groups=2), nn.AvgPool2d(2)), **PRECISE)


LAYERS = {
    "Conv2D": (lambda: Conv2D(6, 3, groups=2), lambda: nn.Conv2d(4, 6, 3, groups=2)),
    "DepthwiseConv2D": (lambda: DepthwiseConv2D(3, depth_multiplier=2), lambda: nn.Conv2d(4, 8, 3, groups=4)),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_spectral_normalization(agree, kind):
    """The matrix has a row for each output channel, and a column for each value of its kernel."""
    layer, twin = LAYERS[kind]
    model = Sequential([Input((4, 5, 6)), SpectralNormalization(layer())])
    agree(model, Spectral(twin()), parts=("output", "input_gradient", "gradients"), **PRECISE)


@pytest.mark.parametrize("kind", LAYERS)
def test_dllib_runs_it_too(spark, kind):
    layer, twin = LAYERS[kind]
    model, twins = Sequential([Input((4, 5, 6)), layer(), LeakyReLU(0.2)]), twin()
    for parameter, weight in zip(twins.parameters(), model.get_weights()):
        parameter.data = torch.from_numpy(weight.reshape(parameter.shape))
    x = np.random.default_rng(1).normal(size=(3, 4, 5, 6)).astype(np.float32)
    with bridge.quiet_dllib():
        actual = model.forward(x)
    expected = nn.functional.leaky_relu(twins(torch.from_numpy(x)), 0.2).detach().numpy()
    np.testing.assert_allclose(actual, expected, atol=1e-5)
    assert f"  {kind}  " in str(model)
