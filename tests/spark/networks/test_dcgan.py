"""DCGAN's networks: shapes, weights, and a PyTorch twin that computes the same."""

import numpy as np
import pytest
import torch
from network_facts import kinds_of, layers_of, n_parameters
from pyspark import SparkContext
from torch import nn

from bigdl_gan.networks import dcgan

pytestmark = pytest.mark.usefixtures("spark")


@pytest.mark.long
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [28, 32, 64, 128])
def test_shapes(size, channels):
    generator = dcgan.generator(size, channels, latent_dim=5, width=2)
    discriminator = dcgan.discriminator(size, channels, width=2)
    z = np.random.default_rng(0).normal(size=(2, 5)).astype(np.float32)
    images = generator.forward(z)
    assert generator.get_input_shape() == (None, 5)
    assert generator.get_output_shape() == discriminator.get_input_shape() == (None, channels, size, size)
    assert images.shape == (2, channels, size, size) and np.abs(images).max() <= 1
    assert discriminator.get_output_shape() == (None, 1) and discriminator.forward(images).shape == (2, 1)


@pytest.mark.parametrize("size", [16, 20, (24, 56), (96, 64), pytest.param(160, marks=pytest.mark.slow),
                                  pytest.param((192, 256), marks=pytest.mark.slow)])  # fmt: skip
def test_other_sizes(size):
    height, width = (size, size) if isinstance(size, int) else size
    generator, discriminator = dcgan.generator(size, 1, latent_dim=5, width=2), dcgan.discriminator(size, 1, width=2)
    assert generator.get_output_shape() == discriminator.get_input_shape() == (None, 1, height, width)
    assert discriminator.get_output_shape() == (None, 1)
    for network in (generator, discriminator):
        assert all(layer["native"] for layer in layers_of(network))


def test_widths_double_four_times_or_as_often_as_told():
    def widths(*arguments, **options):
        shapes = dcgan.discriminator(*arguments, **options).get_weights_shape()
        return [shape[1] for shape in shapes if len(shape) == 5]

    assert widths((192, 256), 1, 1) == [1, 2, 4, 8, 16]
    assert widths(256, 1, 1) == [1, 2, 4, 8, 16, 16]
    assert widths(256, 1, 1, max_doublings=5) == [1, 2, 4, 8, 16, 32]
    assert widths(64, 1, 6, max_doublings=1) == [6, 12, 12, 12]
    generator = dcgan.generator(64, 3, width=6, max_doublings=0)
    assert [shape[2] for shape in generator.get_weights_shape() if len(shape) == 5] == [6, 6, 6, 3]


def test_hidden_widths_at_64():
    widths = [shape[2] for shape in dcgan.generator(64, 3, width=2).get_weights_shape() if len(shape) == 5]
    assert widths == [8, 4, 2, 3]  # 8w (dense), then 4w, 2w, w, channels
    widths = [shape[1] for shape in dcgan.discriminator(64, 3, width=2).get_weights_shape() if len(shape) == 5]
    assert widths == [2, 4, 8, 16]


def test_number_of_parameters_at_28():
    generator = 100 * 6272 + 2 * 128 + 128 * 64 * 16 + 2 * 64 + 64 * 1 * 16 + 1  # dense, BN, up, BN, up with bias
    discriminator = 1 * 64 * 16 + 64 + 64 * 128 * 16 + 2 * 128 + 6272 * 1 + 1  # conv with bias, conv, BN, dense
    assert (generator, discriminator) == (759_681, 138_689)
    assert n_parameters(dcgan.generator(28, 1)) == generator
    assert n_parameters(dcgan.discriminator(28, 1)) == discriminator


@pytest.mark.parametrize("make", [dcgan.generator, dcgan.discriminator])
def test_weights(make):
    weights = make(28, 1).get_weights()
    kernels = np.concatenate([w.ravel() for w in weights if w.ndim > 1])
    # five standard errors of the mean and of the standard deviation
    np.testing.assert_allclose([kernels.mean(), kernels.std()], [0, 0.02], atol=5 * 0.02 / np.sqrt(kernels.size))
    assert all(len(np.unique(w)) == 1 for w in weights if w.ndim == 1)  # biases and betas 0, gammas 1
    assert {float(w[0]) for w in weights if w.ndim == 1} == {0.0, 1.0}


@pytest.mark.parametrize("make", [dcgan.generator, dcgan.discriminator])
def test_weights_depend_on_the_seed_alone(make):
    first, again, other = (make(28, 1, width=2, seed=seed).get_weights() for seed in (4, 4, 5))
    for w, w_again, w_other in zip(first, again, other):
        np.testing.assert_array_equal(w, w_again)
        assert w.ndim == 1 or not np.array_equal(w, w_other)


def twin_generator(width):
    return nn.Sequential(
        nn.Linear(5, 2 * width * 49, bias=False),
        nn.Unflatten(1, (2 * width, 7, 7)),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.ConvTranspose2d(width, 3, 4, 2, 1),
        nn.Tanh(),
    )


def twin_discriminator(width):
    return nn.Sequential(
        nn.Conv2d(3, width, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(2 * width * 49, 1),
    )


@pytest.mark.parametrize(
    "model, twin, shape",
    [
        (lambda: dcgan.generator(28, 3, latent_dim=5, width=3), twin_generator, (4, 5)),
        (lambda: dcgan.discriminator(28, 3, width=3), twin_discriminator, (4, 3, 28, 28)),
    ],
    ids=["generator", "discriminator"],
)
def test_equals_its_twin_in_pytorch(model, twin, shape):
    """In training, and then in evaluation: the batch norms' epsilon and momentum are PyTorch's defaults."""
    model, twin, rng = model(), twin(3), np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.3, size=s).astype(np.float32) for s in model.get_weights_shape()])
    weights, x = model.get_weights(), rng.normal(size=shape).astype(np.float32)
    for parameter, weight in zip(twin.parameters(), weights):
        parameter.data = torch.from_numpy(weight.reshape(parameter.shape))
    with torch.no_grad():
        model.training()
        np.testing.assert_allclose(model.forward(x), twin.train()(torch.from_numpy(x)), rtol=1e-4, atol=1e-4)
        model.set_evaluate_status()
        np.testing.assert_allclose(model.forward(x), twin.eval()(torch.from_numpy(x)), rtol=1e-4, atol=1e-4)


def test_building_prints_nothing(capfd):
    dcgan.generator(28, 1, width=1)  # the first call of a session initialises dllib's own serialiser, which prints
    capfd.readouterr()
    dcgan.generator(28, 1, width=1)
    dcgan.discriminator(28, 1, width=1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "make, arguments, message",
    [
        (dcgan.generator, (50, 1), "`image_size` must be from 16 to 256 .* Received: image_size=50. Use 48 or 56."),
        (dcgan.discriminator, (64.0, 1), "`image_size` must be an integer from 1 on. Received: image_size=64.0"),
        (dcgan.generator, (28, 2), r"`channels` must be 1 \(grey\) or 3 \(colour\). Received: channels=2"),
        (dcgan.generator, (28, 1, 0), "`latent_dim` must be an integer from 1 on. Received: latent_dim=0"),
        (dcgan.generator, (28, 1, 100, -1), "`width` must be an integer from 1 on. Received: width=-1"),
        (dcgan.discriminator, (28, 1, 1.5), "`width` must be an integer from 1 on. Received: width=1.5"),
    ],
)
def test_refuses(make, arguments, message):
    kind = TypeError if any(isinstance(argument, float) for argument in arguments) else ValueError
    with pytest.raises(kind, match=message):
        make(*arguments)


def test_takes_numpys_integers(spark):
    generator = dcgan.generator(np.int64(28), np.int32(1), np.int16(5), np.uint8(2))
    assert generator.get_output_shape() == (None, 1, 28, 28)


@pytest.mark.parametrize("make", [dcgan.generator, dcgan.discriminator])
def test_needs_a_session(make, monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    with pytest.raises(RuntimeError, match=r"Create one with bigdl_gan\.configure\(\.\.\.\) first"):
        make(28, 1)


KINDS = {  # norm -> what normalises 4 and then 8 channels
    "batch": ["BatchNorm(1.0E-5,0.1)"] * 2,
    "group": ["GroupNorm(4,1.0E-5,true,true)", "GroupNorm(8,1.0E-5,true,true)"],
    "instance": ["GroupNorm(4,1.0E-5,true,true)", "GroupNorm(8,1.0E-5,true,true)"],
    "layer": ["GroupNorm(1,1.0E-5,true,true)"] * 2,
    None: [],
    "spectral": [],
}


@pytest.mark.parametrize("norm", KINDS, ids=str)
def test_norms(norm):
    discriminator = kinds_of(dcgan.discriminator(32, 3, width=2, norm=norm))
    norms = [kind for kind in discriminator if "Norm(" in kind]
    spectral = [kind for kind in norms if kind.startswith("SpectralNorm(")]
    assert len(spectral) == (4 if norm == "spectral" else 0)
    assert [kind for kind in norms if kind not in spectral] == KINDS[norm]
    if norm != "spectral":
        generator = kinds_of(dcgan.generator(32, 3, latent_dim=5, width=2, norm=norm))
        norms = [kind for kind in generator if "Norm(" in kind]
        assert norms[::-1][1:] == KINDS[norm]  # of 8 and 4 channels, and then of 2


def test_groups_of_channels():
    kinds = kinds_of(dcgan.discriminator(32, 3, width=33, norm="group"))
    groups = [int(kind.split("(")[1].split(",")[0]) for kind in kinds if kind.startswith("GroupNorm")]
    assert groups == [22, 22]  # the largest divisors of 66 and 132 up to 32


@pytest.mark.long
@pytest.mark.parametrize("make, last", [(dcgan.generator, 12), (dcgan.discriminator, 4096)])
def test_he_initialisation_keeps_a_signals_size(make, last):
    """Without any norm, what goes into the last layer has about the size that went in."""
    model = make(64, 3, width=16, norm=None, initializer="he_normal")
    again, other = (make(64, 3, width=16, norm=None, initializer="he_normal", seed=seed)
                    for seed in ((0, 5) if make is dcgan.generator else (1, 5)))  # fmt: skip
    for w, w_again, w_other in zip(*(network.get_weights() for network in (model, again, other))):
        np.testing.assert_array_equal(w, w_again)
        assert w.ndim == 1 or not np.array_equal(w, w_other)
    x = np.random.default_rng(0).normal(size=(16, *model.get_input_shape()[1:])).astype(np.float32)
    output = np.arctanh(np.clip(model.forward(x), -1 + 1e-6, 1 - 1e-6)) if last == 12 else model.forward(x)
    assert 0.3 < np.sqrt((output**2).mean()) < 3


def test_tied_kernels():
    generator, discriminator = (make(28, 1, width=2, tied=True) for make in (dcgan.generator, dcgan.discriminator))
    for model in (generator, discriminator):
        kernels = [shape[3:] for shape in model.get_weights_shape() if len(shape) == 5]
        assert kernels == [(3, 3)] * 2
        assert sum(kind.startswith("Tied") for kind in kinds_of(model)) == 2
        assert "Conv2D" in str(model) and "CoreModule" not in str(model)


def test_the_summary_has_kerass_names():
    text = str(dcgan.discriminator(28, 1, width=2, norm="spectral"))
    assert "spectral_normalization_1  SpectralNormalization  (2, 14, 14)" in text
    assert "GroupNormalization" in str(dcgan.discriminator(28, 1, width=2, norm="group"))


@pytest.mark.parametrize("make, options, message", [
    (dcgan.generator, {"norm": "spectral"}, "`norm` must be one of 'batch', 'group', 'instance', 'layer', or None. "
     "Received: norm='spectral'."),
    (dcgan.discriminator, {"norm": "none"}, "`norm` must be one of .*'spectral', or None. Received: norm='none'."),
    (dcgan.discriminator, {"initializer": "he"}, "`initializer` must be 'random_normal' or 'he_normal'. Received: "),
    (dcgan.discriminator, {"max_doublings": -1}, "`max_doublings` must be an integer from 0 on. Received: "),
    (dcgan.discriminator, {"initializer": None}, "`initializer` must be .* Received: initializer=None."),
])  # fmt: skip
def test_options_that_break_their_rules(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(28, 1, **options)
