"""Normalisation of each sample by itself, against PyTorch: in all layouts, in one or two groups of the batch."""

import numpy as np
import pytest
import torch
from torch import nn

from bigdl_gan.jvm import bridge
from bigdl_gan.layers import (
    Conv2D,
    Conv2DTranspose,
    GroupNormalization,
    Input,
    InstanceNormalization,
    LayerNormalization,
    LeakyReLU,
    PixelNormalization,
    Sequential,
)

PRECISE = {"most": 1e-5, "norm": np.linalg.norm}


class PixelNorm(nn.Module):
    """Karras et al. 2018, written out."""

    def __init__(self, epsilon):
        super().__init__()
        self.epsilon = epsilon

    def forward(self, x):
        return x / torch.sqrt((x**2).mean(1, keepdim=True) + self.epsilon)


NORMS = {  # (channels, height, width) -> layer and twin
    "group": (lambda c, h, w: GroupNormalization(c // 8 or 1, epsilon=1e-5),
              lambda c, h, w: nn.GroupNorm(c // 8 or 1, c)),
    "group, wide": (lambda c, h, w: GroupNormalization(1, epsilon=0.1), lambda c, h, w: nn.GroupNorm(1, c, eps=0.1)),
    "group, without weights": (lambda c, h, w: GroupNormalization(1, scale=False, center=False),
                               lambda c, h, w: nn.GroupNorm(1, c, eps=1e-3, affine=False)),
    "instance": (lambda c, h, w: InstanceNormalization(), lambda c, h, w: nn.InstanceNorm2d(c, eps=1e-3, affine=True)),
    "group, one channel each": (lambda c, h, w: GroupNormalization(-1), lambda c, h, w: nn.GroupNorm(c, c, eps=1e-3)),
    "layer": (lambda c, h, w: LayerNormalization(epsilon=1e-5), lambda c, h, w: nn.LayerNorm((c, h, w))),
    "layer, without a shift": (lambda c, h, w: LayerNormalization(center=False),
                               lambda c, h, w: nn.LayerNorm((c, h, w), eps=1e-3, bias=False)),
    "layer, without weights": (lambda c, h, w: LayerNormalization(center=False, scale=False),
                               lambda c, h, w: nn.LayerNorm((c, h, w), eps=1e-3, elementwise_affine=False)),
    "pixel": (lambda c, h, w: PixelNormalization(epsilon=1e-3), lambda c, h, w: PixelNorm(1e-3)),
}  # fmt: skip


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("shape", [(8, 5, 3), (16, 4, 4)], ids=str)
@pytest.mark.parametrize("name", NORMS)
def test_plain_images(agree, name, shape, groups):
    layer, twin = NORMS[name]
    agree(Sequential([Input(shape), layer(*shape)]), twin(*shape), groups=groups, **PRECISE)


@pytest.mark.long
@pytest.mark.parametrize("filters", [16, 24, 32])
@pytest.mark.parametrize("name", NORMS)
def test_between_convolutions(agree, name, filters):
    """They give MKL-DNN's layout, whose last block of sixteen channels may be half empty."""
    layer, twin = NORMS[name]
    shape = (filters, 4, 5)
    model = Sequential([Input((16, 6, 7)), Conv2D(filters, 3), layer(*shape), LeakyReLU(0.2), Conv2D(3, 2)])
    twins = nn.Sequential(nn.Conv2d(16, filters, 3), twin(*shape), nn.LeakyReLU(0.2), nn.Conv2d(filters, 3, 2))
    agree(model, twins, groups=2, **PRECISE)


@pytest.mark.slow
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("name", NORMS)
def test_between_tiled_convolutions(agree, name, groups):
    """Wide ones are pixel-major: each pixel's channels of all the group's samples lie together."""
    layer, twin = NORMS[name]
    shape = (128, 4, 4)
    model = Sequential([
        Input((128, 8, 8)), Conv2D(128, 4, 2, "same"), layer(*shape), LeakyReLU(0.2),
        Conv2DTranspose(128, 4, 2, "same"),
    ])  # fmt: skip
    twins = nn.Sequential(
        nn.Conv2d(128, 128, 4, 2, 1), twin(*shape), nn.LeakyReLU(0.2), nn.ConvTranspose2d(128, 128, 4, 2, 1)
    )
    # 4,096 products in each sum make more rounding
    agree(model, twins, groups=groups, batch=16 * groups, scale=0.05, **PRECISE)


VECTORS = {
    "group": (lambda: GroupNormalization(2), lambda: nn.GroupNorm(2, 6, eps=1e-3)),
    "layer": (lambda: LayerNormalization(), lambda: nn.LayerNorm(6, eps=1e-3)),
    "pixel": (lambda: PixelNormalization(), lambda: PixelNorm(1e-8)),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vectors(agree, name):
    layer, twin = VECTORS[name]
    agree(Sequential([Input((6,)), layer()]), twin(), groups=2, **PRECISE)


@pytest.mark.parametrize("name", NORMS)
def test_a_mean_far_from_zero(core, name):
    """The variance of values around 1,000 keeps its digits: sums are in double precision."""
    shape, (layer, twin) = (8, 5, 3), NORMS[name]
    x = (1000 + np.random.default_rng(0).normal(size=(4, *shape))).astype(np.float32)
    exact = twin(*shape).double()(torch.from_numpy(x).double()).detach().numpy()
    y = core(Sequential([Input(shape), layer(*shape)]), x, x).output
    np.testing.assert_allclose(y, exact.ravel(), atol=2e-3)  # float32's spacing at 1,000 is 6e-5 standard deviations


@pytest.mark.parametrize("name", NORMS)
def test_no_sample_sees_another(core, name):
    shape, (layer, _) = (16, 4, 4), NORMS[name]
    model = Sequential([Input(shape), Conv2D(16, 3, padding="same"), layer(*shape)])
    x = np.random.default_rng(0).normal(size=(4, *shape)).astype(np.float32)
    other = x.copy()
    other[1:] *= 5
    before, after = (core(model, images, images) for images in (x, other))
    n = x[0].size
    np.testing.assert_array_equal(before.output[:n], after.output[:n])
    np.testing.assert_array_equal(before.input_gradient[:n], after.input_gradient[:n])


@pytest.mark.parametrize("name", NORMS)
def test_dllib_runs_it_too(spark, name):
    shape, (layer, twin) = (8, 4, 3), NORMS[name]
    model, x = Sequential([Input(shape), layer(*shape)]), np.random.default_rng(1).normal(size=(5, *shape))
    expected = twin(*shape)(torch.from_numpy(x.astype(np.float32))).detach().numpy()
    with bridge.quiet_dllib():
        np.testing.assert_allclose(model.forward(x.astype(np.float32)), expected, atol=1e-5)
