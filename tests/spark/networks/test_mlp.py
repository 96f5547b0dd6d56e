"""The fully connected networks: shapes, weights, options, an update."""

import numpy as np
import pytest
from network_facts import kinds_of, layers_of, n_parameters, same_weights

from bigdl_gan.networks import mlp

pytestmark = pytest.mark.usefixtures("spark")


@pytest.mark.parametrize("size, shape", [(28, (1, 28, 28)), ((5, 9), (3, 5, 9))])
def test_shapes(size, shape):
    generator = mlp.generator(size, shape[0], latent_dim=5, width=4)
    discriminator = mlp.discriminator(size, shape[0], width=4)
    images = generator.forward(np.random.default_rng(0).normal(size=(2, 5)).astype(np.float32))
    assert images.shape == (2, *shape) and 0.1 < np.abs(images).max() <= 1
    assert discriminator.get_input_shape() == generator.get_output_shape() == (None, *shape)
    assert discriminator.forward(images).shape == (2, 1)
    for network in (generator, discriminator):
        assert all(layer["native"] for layer in layers_of(network))


def test_numbers_of_parameters():
    generator = 100 * 64 + 64 + 2 * (64 * 64 + 64) + 64 * 784 + 784  # three hidden layers of 64
    discriminator = 784 * 64 + 64 + 2 * (64 * 64 + 64) + 64 + 1
    assert n_parameters(mlp.generator(28, 1, width=64)) == generator
    assert n_parameters(mlp.discriminator(28, 1, width=64)) == discriminator
    # one hidden layer of 6; a norm has two weights a unit, and replaces the bias
    assert n_parameters(mlp.generator(2, 1, 3, 6, 1, norm="batch")) == 3 * 6 + 12 + 6 * 4 + 4
    assert n_parameters(mlp.discriminator(2, 1, 6, 2, norm="layer")) == 4 * 6 + 6 + 6 * 6 + 12 + 6 + 1


@pytest.mark.parametrize("norm, names", [
    ("batch", ["BatchNorm(1.0E-5,0.1)"] * 2), ("layer", ["GroupNorm(1,1.0E-5,true,true)"] * 2), (None, []),
])  # fmt: skip
def test_norms(norm, names):
    generator = kinds_of(mlp.generator(4, 1, 5, 6, 2, norm=norm))
    assert [kind for kind in generator if "Norm(" in kind] == names
    discriminator = kinds_of(mlp.discriminator(4, 1, 6, 3, norm=norm))
    assert [kind for kind in discriminator if "Norm(" in kind] == names  # none after the first layer


def test_spectral_norm():
    kinds = kinds_of(mlp.discriminator(4, 1, 6, 3, norm="spectral"))
    assert len([kind for kind in kinds if kind.startswith("SpectralNorm(")]) == 4


@pytest.mark.parametrize("make", [mlp.generator, mlp.discriminator])
def test_weights_depend_on_the_seed_alone(make):
    for options in ({}, {"initializer": "random_normal"}):
        first, again, other = (make(4, 1, width=6, seed=seed, **options) for seed in (4, 4, 5))
        assert same_weights(first, again) == (True, False)
        assert same_weights(first, other) == (False, True)


@pytest.mark.parametrize("initializer", ["he_normal", "glorot_uniform", "random_normal"])
def test_initial_kernels(initializer):
    """Hidden kernels are 300 x 300: their standard deviation has a standard error of 1 / 424 of itself."""
    first, second, last = (w for w in mlp.discriminator(10, 3, 300, 2, initializer=initializer).get_weights()
                           if w.ndim == 2)  # fmt: skip
    gain = np.sqrt(2 / 1.04)
    expected = {"he_normal": gain / np.sqrt(300), "glorot_uniform": gain / np.sqrt(300), "random_normal": 0.02}
    np.testing.assert_allclose([first.std(), second.std()], expected[initializer], rtol=0.012)
    bound = {"he_normal": 2 / 0.8796, "glorot_uniform": np.sqrt(3)}
    if initializer in bound:
        assert 0.99 < np.abs(second).max() / (bound[initializer] * expected[initializer]) <= 1.0001
    assert last.shape == (1, 300)


@pytest.mark.long
def test_an_update(frame, dense_gan):
    images = frame(list(np.random.default_rng(0).integers(0, 256, size=(16, 5, 6, 3), dtype=np.uint8)))
    networks = {"generator": mlp.generator((5, 6), 3, 4, 8, 2), "discriminator": mlp.discriminator((5, 6), 3, 8, 2)}
    model = dense_gan(**networks, maxIter=1, r1=1.0).fit(images)
    assert same_weights(model.getDiscriminator(), networks["discriminator"]) == (False, True)
    assert same_weights(model.copy().setGeneratorWeights("raw").getGenerator(), networks["generator"])[0] is False


@pytest.mark.parametrize("make, options, message", [
    (mlp.generator, {"n_hidden": 0}, "`n_hidden` must be an integer from 1 on. Received: n_hidden=0."),
    (mlp.generator, {"channels": 2}, r"`channels` must be 1 \(grey\) or 3 \(colour\). Received: channels=2"),
    (mlp.generator, {"norm": "spectral"}, "`norm` must be one of 'batch', 'layer', or None. Received: norm='spectral'"),
    (mlp.discriminator, {"norm": "group"}, "`norm` must be one of 'batch', 'layer', 'spectral', or None. Received: "),
    (mlp.discriminator, {"initializer": "zeros"}, "`initializer` must be 'he_normal' or 'glorot_uniform' or "
     "'random_normal'. Received: initializer='zeros'."),
    (mlp.discriminator, {"image_size": (0, 3)}, r"`image_size\[0\]` must be an integer from 1 on. Received: "),
])  # fmt: skip
def test_refuses(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**{"image_size": 28, "channels": 1, **options})
