"""SNGAN's residual networks, beside a twin in PyTorch that has mimicry's parameters."""

import numpy as np
import pytest
import sngan_twins
import torch
from network_facts import kinds_of, layers_of, n_parameters, same_weights

from bigdl_gan.layers.layer_table import layer_name, submodules
from bigdl_gan.networks import resnet

pytestmark = pytest.mark.usefixtures("spark")


def count(twin):
    return sum(parameter.numel() for parameter in twin.parameters())


@pytest.mark.long
@pytest.mark.parametrize("size", [32, pytest.param(48, marks=pytest.mark.slow), 64,
                                  pytest.param(128, marks=pytest.mark.slow)])  # fmt: skip
def test_parameters_are_mimicrys(size):
    """Their number is a polynomial of degree 2 in the width, so three widths decide about all."""
    for width in (1, 2, 3):
        assert n_parameters(resnet.generator(size, 3, width=width)) == count(sngan_twins.generator(size, width))
        assert n_parameters(resnet.discriminator(size, 3, width=width)) == count(sngan_twins.discriminator(size, width))


@pytest.mark.slow
def test_parameters_at_mimicrys_width_for_32():
    with torch.device("meta"):
        generator, discriminator = count(sngan_twins.generator(32, 256)), count(sngan_twins.discriminator(32, 128))
    assert (generator, discriminator) == (4_276_739, 1_053_825)
    assert n_parameters(resnet.generator(32, 3, width=256)) == generator
    assert n_parameters(resnet.discriminator(32, 3, width=128)) == discriminator


def name_twins_layers(twin):
    """The twin's layers by the names that the network gives to theirs, which count each class in the order of use."""
    names, numbers = {}, {}

    def add(kind, layer):
        numbers[kind] = numbers.get(kind, 0) + 1
        names[f"{kind}_{numbers[kind]}"] = layer

    for block in twin.blocks:
        if isinstance(block, sngan_twins.UpBlock):
            add("batch_normalization", block.b1)
            add("conv2d_transpose", block.c1)
            add("batch_normalization", block.b2)
            add("conv2d", block.c2)
        else:
            add("conv2d", block.c1)
            add("conv2d", block.c2)
        if isinstance(block.c_sc, torch.nn.Conv2d):
            add("conv2d", block.c_sc)
    if isinstance(twin, sngan_twins.Generator):
        add("batch_normalization", twin.b)
        add("conv2d", twin.c)
    add("dense", twin.l1 if isinstance(twin, sngan_twins.Generator) else twin.l)
    return names


def copy_weights(model, twin, rng):
    """Draws the weights of both."""
    twins = name_twins_layers(twin)
    for layer in model.layers:
        if layer.name() in twins:
            weights = [rng.normal(0, 0.3, size=w.shape).astype(np.float32) for w in layer.get_weights()]
            layer.set_weights(weights)
            other = twins.pop(layer.name())
            kernel, bias = weights
            if layer.name().startswith("conv2d_transpose"):  # the same convolution, seen from the input
                kernel = kernel[0].transpose(1, 0, 2, 3)[:, :, ::-1, ::-1].copy()
            other.weight.data = torch.from_numpy(kernel.reshape(other.weight.shape))
            other.bias.data = torch.from_numpy(bias)
    assert not twins


@pytest.mark.parametrize("size", [16, 48])
def test_the_generator_equals_its_twin(size):
    rng = np.random.default_rng(0)
    widths = {16: [2, 2, 2], 48: [16, 8, 4, 2]}[size]
    start = {16: (4, 4), 48: (6, 6)}[size]
    model, twin = resnet.generator(size, 3, 5, 2), sngan_twins.Generator(5, widths, 3, start)
    copy_weights(model, twin, rng)
    z = rng.normal(size=(4, 5)).astype(np.float32)
    model.training()
    with torch.no_grad():
        np.testing.assert_allclose(model.forward(z), twin.train()(torch.from_numpy(z)), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("size, blocks", [
    (16, [(3, True), (3, True), (3, False), (3, False)]),
    ((48, 64), [(3, True), (6, True), (12, True), (24, True), (48, False)]),
])  # fmt: skip
def test_the_discriminator_equals_its_twin(size, blocks):
    rng = np.random.default_rng(1)
    model, twin = resnet.discriminator(size, 3, 3, norm=None), sngan_twins.Discriminator(3, blocks)
    copy_weights(model, twin, rng)
    x = rng.normal(size=(2, *model.get_input_shape()[1:])).astype(np.float32)
    with torch.no_grad():
        expected = twin(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(model.forward(x), expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


def sides(size, n_blocks):
    """The sides after each block."""
    shapes = [tuple(layer["shape"]) for layer in layers_of(resnet.discriminator(size, 1, 1, norm=None))
              if layer["kind"].startswith("Add")]  # fmt: skip
    assert len(shapes) == n_blocks
    return [shape[1:] for shape in shapes]


@pytest.mark.parametrize("size, expected", [
    (28, [14, 7, 7, 7]), (32, [16, 8, 8, 8]), (56, [28, 14, 7, 7, 7]), (64, [32, 16, 8, 4, 2]),
    pytest.param(80, [40, 20, 10, 5, 5], marks=pytest.mark.slow),
    pytest.param(96, [48, 24, 12, 6, 3], marks=pytest.mark.slow),
    pytest.param(128, [64, 32, 16, 8, 4, 4], marks=pytest.mark.slow),
    pytest.param(256, [128, 64, 32, 16, 8, 4, 4], marks=pytest.mark.slow),
])  # fmt: skip
def test_where_the_discriminator_halves(size, expected):
    assert sides(size, len(expected)) == [(side, side) for side in expected]


def test_rectangles():
    assert sides((64, 96), 5) == [(32, 48), (16, 24), (8, 12), (4, 6), (2, 3)]
    generator = resnet.generator((20, 24), 1, 5, 2)
    assert generator.get_output_shape() == (None, 1, 20, 24)
    images = generator.forward(np.random.default_rng(0).normal(size=(2, 5)).astype(np.float32))
    assert images.shape == (2, 1, 20, 24) and 0.1 < np.abs(images).max() <= 1


def test_all_layers_are_native():
    for network in (resnet.generator(16, 1, 5, 2), resnet.generator(48, 1, 5, 2, norm=None),
                    resnet.discriminator(16, 1, 2), resnet.discriminator(48, 1, 2, norm="group")):  # fmt: skip
        assert all(layer["native"] for layer in layers_of(network))


def test_norms_of_the_discriminator():
    kinds = kinds_of(resnet.discriminator(48, 1, 2))
    # four blocks that halve have three kernels; the last one, too, doubles its channels
    assert len([kind for kind in kinds if kind.startswith("SpectralNorm(")]) == 5 * 3 + 1
    assert kinds.count("Elementwise(127,9.0)") == 1  # the mean of 3x3 pixels becomes their sum
    for norm in ("group", "instance", "layer"):
        kinds = kinds_of(resnet.discriminator(48, 1, 2, norm=norm))
        assert len([kind for kind in kinds if kind.startswith("GroupNorm(")]) == 4 * 2  # none in the first block
        assert not any("Elementwise(127" in kind or "SpectralNorm(" in kind for kind in kinds)


@pytest.mark.parametrize("norm", ["batch", "group", "layer", None])
def test_norms_of_the_generator(norm):
    kinds = kinds_of(resnet.generator(16, 1, 5, 4, norm=norm))
    assert len([kind for kind in kinds if "Norm(" in kind]) == (0 if norm is None else 2 * 2 + 1)


@pytest.mark.long
def test_without_a_norm_blocks_keep_a_signals_size():
    """With he_normal. Second kernels of the usual size give 2.2 to 2.6 and 1 to 2.9 (three seeds, in PyTorch)."""
    rng, options = np.random.default_rng(0), {"width": 8, "norm": None, "initializer": "he_normal"}
    images = resnet.generator(64, 3, 32, **options).forward(rng.normal(size=(16, 32)).astype(np.float32))
    before_tanh = np.arctanh(np.clip(images, -1 + 1e-6, 1 - 1e-6))
    smooth = rng.normal(size=(16, 3, 4, 4)).repeat(16, 2).repeat(16, 3).astype(np.float32)
    logits = resnet.discriminator(64, 3, **options).forward(smooth)
    assert 0.35 < np.sqrt((before_tanh**2).mean()) < 1.6
    assert 0.1 < np.sqrt((logits**2).mean()) < 0.9


@pytest.mark.parametrize("make", [resnet.generator, resnet.discriminator])
def test_weights_depend_on_the_seed_alone(make):
    first, again, other = (make(16, 1, width=2, seed=seed) for seed in (4, 4, 5))
    assert same_weights(first, again) == (True, False)
    assert same_weights(first, other) == (False, True)
    assert [layer_name(layer) for layer in submodules(first)] == [layer_name(layer) for layer in submodules(other)]


@pytest.mark.long
@pytest.mark.parametrize("norm, options", [("spectral", {"loss": "hinge"}), (None, {"r1": 1.0, "r2": 1.0})], ids=str)
def test_an_update(frame, dense_gan, norm, options):
    images = frame(list(np.random.default_rng(0).integers(0, 256, size=(16, 16, 16, 1), dtype=np.uint8)))
    networks = {"generator": resnet.generator(16, 1, 4, 4), "discriminator": resnet.discriminator(16, 1, 4, norm=norm)}
    model = dense_gan(**networks, maxIter=1, batchSize=8, **options).fit(images)
    assert same_weights(model.getDiscriminator(), networks["discriminator"]) == (False, True)
    assert np.isfinite([model.history[-1]["loss/generator"], model.history[-1]["loss/discriminator"]]).all()
    assert model.generate(2).count() == 2


@pytest.mark.parametrize("make, options, message", [
    (resnet.generator, {"image_size": 50}, "Received: image_size=50. Use 48 or 56."),
    (resnet.generator, {"channels": 4}, r"`channels` must be 1 \(grey\) or 3 \(colour\). Received: channels=4"),
    (resnet.generator, {"norm": "spectral"}, "`norm` must be one of 'batch', 'group', 'instance', 'layer', or None."),
    (resnet.discriminator, {"norm": "batch"}, "`norm` must be one of 'spectral', 'group', 'instance', 'layer', or "
     "None. Received: norm='batch'."),
    (resnet.discriminator, {"initializer": "random_normal"}, "`initializer` must be 'glorot_uniform' or 'he_normal'. "),
    (resnet.discriminator, {"max_doublings": -1}, "`max_doublings` must be an integer from 0 on. Received: "),
    (resnet.generator, {"latent_dim": 0}, "`latent_dim` must be an integer from 1 on. Received: latent_dim=0."),
])  # fmt: skip
def test_refuses(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**{"image_size": 64, "channels": 3, **options})
