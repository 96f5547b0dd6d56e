"""Layers that slide a window over images: convolution, transposed convolution, pooling, up-sampling."""

import pytest
import torch
from bigdl.dllib.keras.layers import (
    AveragePooling2D,
    Convolution2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    InputLayer,
    MaxPooling2D,
    UpSampling2D,
)
from bigdl.dllib.keras.models import Sequential
from same_padding import same_padding
from torch import nn

from bigdl_gan.jvm.bridge import quiet_dllib
from bigdl_gan.layers import Conv2DTranspose


def alone(layer, shape):
    """A model with one layer."""
    return Sequential().add(InputLayer(input_shape=shape)).add(layer)


CONVOLUTIONS = [  # input, filters, kernel, strides; whole and partial MKL-DNN blocks of 16 channels, odd and even sizes
    ((1, 7, 9), 3, (4, 4), (2, 2)),
    ((3, 8, 5), 16, (3, 3), (1, 1)),
    ((3, 28, 28), 8, (4, 4), (2, 2)),
    ((16, 7, 6), 32, (4, 4), (2, 2)),
    ((17, 9, 7), 5, (5, 3), (3, 1)),
    ((32, 5, 5), 17, (1, 1), (1, 1)),
    ((5, 8, 11), 16, (2, 5), (1, 3)),
    ((16, 6, 6), 1, (3, 2), (2, 3)),
    ((16, 7, 8), 16, (1, 1), (2, 2)),  # kernels smaller than the stride: some pixels have no output
    ((32, 7, 8), 16, (2, 2), (3, 3)),
    ((16, 8, 7), 32, (3, 1), (2, 2)),
    ((128, 8, 8), 144, (4, 4), (2, 2)),  # "same": in tiles of 2x2 outputs
    ((144, 6, 10), 128, (4, 4), (2, 2)),  # and with half a tile left over
]


def batch_of(shape, filters):
    """Wide layers run in tiles if there are 16 samples or more; narrow layers never do."""
    return 16 if min(shape[0], filters) >= 128 else 4


@pytest.mark.long
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("border_mode", ["valid", "same"])
@pytest.mark.parametrize("shape, filters, kernel, strides", CONVOLUTIONS, ids=str)
def test_convolution(agree, shape, filters, kernel, strides, border_mode, bias):
    with quiet_dllib():
        model = alone(Convolution2D(filters, *kernel, subsample=strides, border_mode=border_mode, bias=bias), shape)
    padding = same_padding(shape, kernel, strides) if border_mode == "same" else 0
    twin = nn.Sequential(nn.ZeroPad2d(padding), nn.Conv2d(shape[0], filters, kernel, strides, bias=bias))
    agree(model, twin, batch=batch_of(shape, filters))


class TransposedConvolution(nn.Module):
    """Keras's definition, written out: the full result, zeros appended where it is short, rows cut, bias added."""

    def __init__(self, channels, filters, kernel, strides, border_mode, bias):
        super().__init__()
        self.full = nn.ConvTranspose2d(channels, filters, kernel, strides, bias=bias)
        self.border_mode = border_mode

    def forward(self, x):
        y = nn.functional.conv_transpose2d(x, self.full.weight, stride=self.full.stride)
        for axis, (k, s) in enumerate(zip(self.full.kernel_size, self.full.stride), start=2):
            surplus = max(k - s, 0)
            begin = surplus // 2 if self.border_mode == "same" else 0
            length = x.shape[axis] * s + (surplus if self.border_mode == "valid" else 0)
            rows = nn.functional.pad(y.transpose(axis, -1), (0, max(begin + length - y.shape[axis], 0)))
            y = rows.transpose(axis, -1).narrow(axis, begin, length)
        return y if self.full.bias is None else y + self.full.bias[:, None, None]


DECONVOLUTIONS = [  # input, filters, kernel, strides
    ((3, 5, 4), 1, (4, 4), (2, 2)),
    ((16, 4, 4), 16, (4, 4), (2, 2)),
    ((32, 3, 5), 16, (5, 5), (2, 2)),  # "same" crops one row at the top and two at the bottom
    ((17, 4, 3), 32, (3, 3), (2, 2)),  # "same" crops a row only at the bottom
    ((5, 3, 4), 17, (3, 5), (1, 3)),
    ((16, 4, 3), 3, (2, 2), (3, 3)),  # kernel smaller than stride: some rows and columns have no input
    ((16, 4, 3), 32, (1, 1), (2, 2)),
    ((16, 3, 3), 16, (1, 4), (2, 3)),
    ((1, 3, 3), 5, (1, 4), (2, 3)),
    ((3, 4, 5), 16, (3, 3), (1, 1)),
    ((32, 4, 3), 48, (2, 2), (2, 2)),
    ((144, 4, 4), 128, (4, 4), (2, 2)),  # "same": in tiles
    ((128, 3, 5), 144, (4, 4), (2, 2)),
]


@pytest.mark.long
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("border_mode", ["valid", "same"])
@pytest.mark.parametrize("shape, filters, kernel, strides", DECONVOLUTIONS, ids=str)
def test_transposed_convolution(agree, shape, filters, kernel, strides, border_mode, bias):
    with quiet_dllib():
        layer = Conv2DTranspose(filters, kernel, strides, border_mode, use_bias=bias)
        model = alone(layer, shape)
    twin = TransposedConvolution(shape[0], filters, kernel, strides, border_mode, bias)
    agree(model, twin, batch=batch_of(shape, filters))


POOLINGS = [  # input, window, strides
    ((3, 6, 8), (2, 2), (2, 2)),
    ((16, 7, 9), (3, 2), (2, 3)),
    ((17, 5, 5), (3, 3), (1, 1)),
    ((1, 8, 7), (2, 3), (3, 2)),
    ((16, 8, 7), (2, 1), (3, 2)),  # pixels in no window
]


@pytest.mark.parametrize("border_mode", ["valid", "same"])
@pytest.mark.parametrize("shape, window, strides", POOLINGS, ids=str)
def test_max_pooling(agree, shape, window, strides, border_mode):
    with quiet_dllib():
        model = alone(MaxPooling2D(window, strides=strides, border_mode=border_mode), shape)
    padding = same_padding(shape, window, strides) if border_mode == "same" else 0
    # PyTorch pads with numbers below all of the input's
    agree(model, nn.Sequential(nn.ConstantPad2d(padding, -1e9), nn.MaxPool2d(window, strides)))


class AveragePool(nn.Module):
    """The mean over the pixels inside the image."""

    def __init__(self, window, strides, padding):
        super().__init__()
        self.padding = nn.ZeroPad2d(padding)
        self.mean = nn.AvgPool2d(window, strides)

    def forward(self, x):
        return self.mean(self.padding(x)) / self.mean(self.padding(torch.ones_like(x)))


@pytest.mark.parametrize("border_mode", ["valid", "same"])
@pytest.mark.parametrize("shape, window, strides", POOLINGS, ids=str)
def test_average_pooling(agree, shape, window, strides, border_mode):
    with quiet_dllib():
        model = alone(AveragePooling2D(window, strides=strides, border_mode=border_mode), shape)
    agree(model, AveragePool(window, strides, same_padding(shape, window, strides) if border_mode == "same" else 0))


class Reduce(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x, dim=(2, 3))


@pytest.mark.parametrize("shape", [(3, 5, 4), (16, 4, 4)], ids=str)
@pytest.mark.parametrize("layer, function", [(GlobalAveragePooling2D, torch.mean), (GlobalMaxPooling2D, torch.amax)])
def test_global_pooling(agree, layer, function, shape):
    with quiet_dllib():
        model = alone(layer(), shape)
    agree(model, Reduce(function), native=False)  # the axes of length 1 are left out by dllib's own module


@pytest.mark.parametrize("factor", [(2, 2), (3, 1), (1, 2)], ids=str)
@pytest.mark.parametrize("shape", [(3, 5, 4), (16, 3, 3), (17, 2, 3)], ids=str)
def test_up_sampling(agree, shape, factor):
    with quiet_dllib():
        model = alone(UpSampling2D(factor), shape)
    agree(model, nn.Upsample(scale_factor=tuple(map(float, factor)), mode="nearest"))


def test_windows_after_one_another(agree):
    """A layer reads the previous one's blocked layout: up-sampling and pooling after a convolution."""
    with quiet_dllib():
        model = alone(Convolution2D(16, 3, 3, border_mode="same"), (3, 6, 6))
        model.add(UpSampling2D((2, 2))).add(AveragePooling2D((3, 3), strides=(1, 1), border_mode="same"))
        model.add(MaxPooling2D((2, 2))).add(Conv2DTranspose(5, 4, 2, "same"))
    agree(model, nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.Upsample(scale_factor=2.0), AveragePool((3, 3), (1, 1), (1, 1, 1, 1)),
        nn.MaxPool2d(2), nn.ConvTranspose2d(16, 5, 4, 2, 1)), steps=2)  # fmt: skip
