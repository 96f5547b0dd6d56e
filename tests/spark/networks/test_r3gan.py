"""R3GAN's networks, beside their formulas in PyTorch."""

import numpy as np
import pytest
import torch
from filter_twin import Filtered
from network_facts import layers_of, n_parameters, same_weights
from torch.nn import functional

from bigdl_gan.networks import r3gan

pytestmark = pytest.mark.usefixtures("spark")


def block_size(width):
    """1x1 to 2 C with a bias, 3x3 of 2 C in groups of 16 with a bias, 1x1 back."""
    return width * 2 * width + 2 * width + 2 * width * 16 * 9 + 2 * width + 2 * width * width


def expected_sizes(widths, *, n_blocks=2, channels=3, latent_dim=64, area=16, image_kernel=9):
    """How many weights generator and discriminator have; widths from the start to the image."""
    blocks = n_blocks * sum(map(block_size, widths))
    resizing = sum(a * b for a, b in zip(widths, widths[1:]) if a != b)
    common = blocks + resizing + widths[0] * area + channels * widths[-1] * image_kernel
    return common + latent_dim * widths[0], common + widths[0]


def test_the_papers_size():
    """22.4 million each for FFHQ-64 (table 9), of which the formula has this many; our networks have the formula's."""
    assert expected_sizes([768, 768, 768, 768, 384], image_kernel=1)[0] == 22_429_824
    arguments = {"width": 8, "max_doublings": 1, "full_resolution": True}
    generator, discriminator = expected_sizes([16, 16, 16, 16, 8], image_kernel=1)
    assert n_parameters(r3gan.generator(64, 3, **arguments)) == generator
    assert n_parameters(r3gan.discriminator(64, 3, **arguments)) == discriminator


@pytest.mark.parametrize("size, widths, area, options", [
    (16, [16, 8], 16, {}), ((28, 48), [16, 8], 7 * 12, {"n_blocks": 1}), (32, [8, 8, 8], 16, {"max_doublings": 0}),
    pytest.param(64, [32, 32, 16, 8], 16, {}, marks=pytest.mark.slow),
    pytest.param(112, [32, 32, 16, 8], 49, {"n_blocks": 1}, marks=pytest.mark.slow),
])  # fmt: skip
def test_sizes(size, widths, area, options):
    generator, discriminator = r3gan.generator(size, 1, 5, 8, **options), r3gan.discriminator(size, 1, 8, **options)
    shape = (size, size) if isinstance(size, int) else size
    assert generator.get_output_shape() == discriminator.get_input_shape() == (None, 1, *shape)
    n_blocks = options.get("n_blocks", 2)
    expected = expected_sizes(widths, n_blocks=n_blocks, channels=1, latent_dim=5, area=area)
    assert (n_parameters(generator), n_parameters(discriminator)) == expected
    for network in (generator, discriminator):
        assert all(layer["native"] for layer in layers_of(network))


class Twin:
    """The network's formulas, with its weights by its layers' names."""

    def __init__(self, model):
        shapes = model.get_weights_shape()
        rng = np.random.default_rng(0)
        model.set_weights([rng.normal(0, 0.4, size=shape).astype(np.float32) for shape in shapes])
        kinds = ("conv2d", "dense", "depthwise")
        self._weights = {layer.name(): [torch.from_numpy(w) for w in layer.get_weights()] for layer in model.layers
                         if layer.name().startswith(kinds)}  # fmt: skip
        self._count = 0

    def conv(self, x, padding=0):
        self._count += 1
        kernel, *bias = self._weights.pop(f"conv2d_{self._count}")
        return functional.conv2d(x, kernel.flatten(0, 1), *bias, padding=padding, groups=len(kernel))

    def block(self, x):
        h = functional.leaky_relu(self.conv(x), 0.2)
        return x + self.conv(functional.leaky_relu(self.conv(h, padding=1), 0.2))

    def dense(self, x):
        return x @ self._weights.pop("dense_1")[0].T

    def pop(self, name):
        return self._weights.pop(name)[0]

    def check_all_used(self):
        assert not self._weights


def test_the_generator_is_the_papers():
    model = r3gan.generator(16, 3, 5, 8, 1)
    twin, z = Twin(model), torch.from_numpy(np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32))
    basis = twin.pop("depthwise_conv2d_1").reshape(1, 16, 4, 4)
    x = twin.block(basis * twin.dense(z)[:, :, None, None])
    x = twin.block(Filtered(up=True)(twin.conv(x)))
    x = functional.interpolate(x, scale_factor=2.0)
    expected = functional.conv_transpose2d(x, twin.pop("conv2d_transpose_1")[0], padding=1).numpy()
    twin.check_all_used()
    np.testing.assert_allclose(model.forward(z.numpy()), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_the_discriminator_is_the_papers():
    model = r3gan.discriminator(16, 3, 8, 1)
    twin, x = Twin(model), torch.from_numpy(np.random.default_rng(1).normal(size=(3, 3, 16, 16)).astype(np.float32))
    h = functional.avg_pool2d(twin.conv(x, padding=1), 2)
    h = twin.block(twin.conv(Filtered(up=False)(twin.block(h))))
    h = functional.conv2d(h, twin.pop("depthwise_conv2d_1")[:, 0], groups=16).flatten(1)
    expected = twin.dense(h).numpy()
    twin.check_all_used()
    np.testing.assert_allclose(model.forward(x.numpy()), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_initial_weights():
    """N(0, gain^2 / inputs) with gain^2 = 2 / 1.04 / sqrt(blocks), and zero; each to five standard errors."""
    weights = {layer.name(): layer.get_weights() for layer in r3gan.discriminator(32, 3, 32, 2).layers
               if layer.name().startswith(("conv2d", "depthwise"))}  # fmt: skip
    gain = np.sqrt(2 / 1.04 / np.sqrt(2 * 3))
    expected = {"conv2d_1": 1 / np.sqrt(27), "conv2d_2": gain / np.sqrt(32), "conv2d_3": gain / np.sqrt(16 * 9),
                "conv2d_8": 1 / np.sqrt(32), "depthwise_conv2d_1": 1 / 4}  # fmt: skip
    for name, deviation in expected.items():
        kernel = weights[name][0]
        np.testing.assert_allclose(kernel.std(), deviation, rtol=5 / np.sqrt(2 * kernel.size), err_msg=name)
    assert not weights["conv2d_4"][0].any() and not weights["conv2d_2"][1].any()
    generator = {layer.name(): layer for layer in r3gan.generator(32, 3, 32, 64).layers}
    basis = generator["depthwise_conv2d_1"].get_weights()[0]
    np.testing.assert_allclose(basis.std(), 1, rtol=5 / np.sqrt(2 * basis.size))


@pytest.mark.parametrize("make", [r3gan.generator, r3gan.discriminator])
def test_weights_depend_on_the_seed_alone(make):
    first, again, other = (make(16, 1, width=8, n_blocks=1, seed=seed) for seed in (4, 4, 5))
    assert same_weights(first, again)[0] and not same_weights(first, other)[0]


@pytest.mark.long
def test_an_update(frame, dense_gan):
    images = frame(list(np.random.default_rng(0).integers(0, 256, size=(16, 16, 16, 1), dtype=np.uint8)))
    networks = {"generator": r3gan.generator(16, 1, 4, 8, 1), "discriminator": r3gan.discriminator(16, 1, 8, 1)}
    model = dense_gan(**networks, maxIter=1, loss="relativistic_paired", r1=1.0, r2=1.0).fit(images)
    assert not same_weights(model.getDiscriminator(), networks["discriminator"])[0]
    assert np.isfinite([model.history[-1]["loss/generator"], model.history[-1]["loss/discriminator"]]).all()
    assert model.generate(2).count() == 2


@pytest.mark.parametrize("make, options, message", [
    (r3gan.generator, {"image_size": 50}, "Received: image_size=50. Use 48 or 56."),
    (r3gan.generator, {"width": 42}, "`width` must be a multiple of 8, because convolutions have groups of 16 channels"
     ". Received: width=42. Use 40."),
    (r3gan.discriminator, {"width": 3}, "Received: width=3. Use 8."),
    (r3gan.discriminator, {"channels": 2}, r"`channels` must be 1 \(grey\) or 3 \(colour\). Received: channels=2"),
    (r3gan.discriminator, {"n_blocks": 0}, "`n_blocks` must be an integer from 1 on. Received: n_blocks=0."),
    (r3gan.discriminator, {"max_doublings": -1}, "`max_doublings` must be an integer from 0 on. Received: "),
    (r3gan.generator, {"latent_dim": 0}, "`latent_dim` must be an integer from 1 on. Received: latent_dim=0."),
])  # fmt: skip
def test_refuses(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**{"image_size": 64, "channels": 3, **options})
