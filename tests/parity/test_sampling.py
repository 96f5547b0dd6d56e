"""Resampling: bilinear, and with the filter [1, 3, 3, 1], against PyTorch."""

import numpy as np
import pytest
import torch
from filter_twin import Filtered
from torch import nn

from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    Conv2D,
    FilteredDownSampling2D,
    FilteredUpSampling2D,
    Input,
    LeakyReLU,
    Sequential,
    UpSampling2D,
)

PRECISE = {"most": 1e-5, "norm": np.linalg.norm}
SHAPES = [(1, 2, 3), (3, 5, 4), (16, 4, 4), (20, 3, 7)]


def bilinear(size):
    return nn.Upsample(scale_factor=tuple(map(float, size)), mode="bilinear")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_up_through_the_filter(agree, shape):
    agree(Sequential([Input(shape), FilteredUpSampling2D()]), Filtered(up=True), **PRECISE)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_down_through_the_filter(agree, shape):
    agree(Sequential([Input(shape), FilteredDownSampling2D()]), Filtered(up=False), **PRECISE)


@pytest.mark.parametrize("size", [(2, 2), (3, 1), (4, 5)], ids=str)
@pytest.mark.parametrize("shape", [*SHAPES, (5, 1, 1)], ids=str)
def test_bilinear(agree, shape, size):
    agree(Sequential([Input(shape), UpSampling2D(size, "bilinear")]), bilinear(size), **PRECISE)


def test_between_convolutions(agree):
    """In blocks of channels, of which the last is partly filled, and in two groups of the batch."""
    model = Sequential([
        Input((3, 4, 6)), Conv2D(20, 3, padding="same"), UpSampling2D(interpolation="bilinear"), LeakyReLU(0.2),
        Conv2D(17, 1), FilteredDownSampling2D(), LeakyReLU(0.2), Conv2D(32, 1), FilteredUpSampling2D(), Conv2D(2, 3),
    ])  # fmt: skip
    twin = nn.Sequential(
        nn.Conv2d(3, 20, 3, padding=1), bilinear((2, 2)), nn.LeakyReLU(0.2), nn.Conv2d(20, 17, 1), Filtered(up=False),
        nn.LeakyReLU(0.2), nn.Conv2d(17, 32, 1), Filtered(up=True), nn.Conv2d(32, 2, 3),
    )  # fmt: skip
    agree(model, twin, groups=2, steps=2, scale=0.2, **PRECISE)


def test_a_constant_image_stays_constant_inside(core, spark):
    x = np.full((1, 2, 4, 4), 3, np.float32)
    up = core(Sequential([Input((2, 4, 4)), FilteredUpSampling2D()]), x, np.zeros((1, 2, 8, 8), np.float32)).output
    along = np.float32([0.75, 1, 1, 1, 1, 1, 1, 0.75])
    np.testing.assert_allclose(up.reshape(2, 8, 8), [3 * np.outer(along, along)] * 2, rtol=1e-6)
    down = core(Sequential([Input((2, 4, 4)), FilteredDownSampling2D()]), x, np.zeros((1, 2, 2, 2), np.float32)).output
    np.testing.assert_allclose(down, [3 * 49 / 64] * 8, rtol=1e-6)
    model = Sequential([Input((2, 4, 4)), UpSampling2D(3, "bilinear")])
    np.testing.assert_allclose(core(model, x, np.zeros((1, 2, 12, 12), np.float32)).output, [3] * 288, rtol=1e-6)


@pytest.mark.parametrize("layer, twin", [(FilteredUpSampling2D, lambda: Filtered(up=True)),
                                         (FilteredDownSampling2D, lambda: Filtered(up=False)),
                                         (lambda: UpSampling2D(2, "bilinear"), lambda: bilinear((2, 2)))])  # fmt: skip
def test_dllib_runs_it_too(spark, layer, twin):
    model, x = Sequential([Input((3, 4, 6)), layer()]), np.random.default_rng(1).normal(size=(5, 3, 4, 6))
    expected = twin()(torch.from_numpy(x.astype(np.float32))).numpy()
    with bridge.quiet_dllib():
        np.testing.assert_allclose(model.forward(x.astype(np.float32)), expected, atol=1e-5)
