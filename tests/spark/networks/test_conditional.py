"""The networks' conditional forms: two inputs, the second a label vector."""

import numpy as np
import pytest
from network_facts import kinds_of, layers_of, n_parameters, same_weights
from pyspark.sql import functions as F

from bigdl_gan.networks import dcgan, mlp, r3gan, resnet

pytestmark = pytest.mark.usefixtures("spark")

N_LABELS, LATENT = 3, 5
WIDTHS = {dcgan: 4, mlp: 6, r3gan: 8, resnet: 4}
FAMILIES = pytest.mark.parametrize("family", WIDTHS, ids=lambda family: family.__name__.rpartition(".")[2])


def networks(family, *, n_labels=N_LABELS, **options):
    width = WIDTHS[family]
    return {
        "generator": family.generator(16, 1, LATENT, width, n_labels=n_labels, **options),
        "discriminator": family.discriminator(16, 1, width, n_labels=n_labels, **options),
    }  # fmt: skip


@FAMILIES
def test_inputs_and_layers(family):
    made = networks(family)
    assert made["generator"].get_input_shape() == [(None, LATENT), (None, N_LABELS)]
    assert made["generator"].get_output_shape() == (None, 1, 16, 16)
    assert made["discriminator"].get_input_shape() == [(None, 1, 16, 16), (None, N_LABELS)]
    assert made["discriminator"].get_output_shape() == (None, 1)
    for network in made.values():
        assert all(layer["native"] for layer in layers_of(network))


@pytest.mark.long
@FAMILIES
def test_the_label_counts(family):
    """One latent, or one image, with each of the labels; of the conditional norm's tables, which start at zero, too."""
    labels = np.eye(N_LABELS, dtype=np.float32)
    made = networks(family)
    for role, shape in (("generator", (LATENT,)), ("discriminator", (1, 16, 16))):
        network = made[role]
        rng = np.random.default_rng(0)
        network.set_weights([rng.normal(0, 0.3, size=s).astype(np.float32) for s in network.get_weights_shape()])
        x = np.repeat(rng.normal(size=(1, *shape)).astype(np.float32), N_LABELS, 0)
        first, second, third = network.forward([x, labels])
        assert min(np.abs(first - second).max(), np.abs(second - third).max()) > 1e-4


# weights more than without labels, of generator and discriminator
def added_weights(family):
    width = WIDTHS[family]
    beside = N_LABELS * LATENT  # vectors of labels as long as the latents
    return {
        dcgan: (beside + LATENT * 2 * width * 16, N_LABELS * 2 * width * 16),  # the dense layer reads both
        mlp: (beside + LATENT * width, N_LABELS * 64 + 64 * width),
        # the last layer has a vector of 16, not a number
        r3gan: (beside + LATENT * 2 * width, 2 * width * (2 * width - 1) + N_LABELS * 2 * width),
        # mimicry's cGAN-PD: a scale and a shift for each label in two norms of two blocks; a vector for each label
        resnet: (2 * 2 * 2 * width * (N_LABELS - 1), N_LABELS * width),
    }[family]


@FAMILIES
def test_numbers_of_parameters(family):
    plain, conditional = networks(family, n_labels=None), networks(family)
    more = tuple(n_parameters(conditional[role]) - n_parameters(plain[role]) for role in conditional)
    assert more == added_weights(family)


@pytest.mark.slow
def test_parameters_of_mimicrys_cgan_pd_for_128():
    """CGANPDGenerator128 and CGANPDDiscriminator128 differ from SNGAN's by embeddings of 2 C and of ndf numbers."""
    widths = [32, 32, 16, 8, 4, 2]  # of width 2, from the start
    norms = sum(2 * (before + after) for before, after in zip(widths, widths[1:]))
    plain, conditional = (resnet.generator(128, 3, width=2, n_labels=n) for n in (None, 7))
    assert n_parameters(conditional) - n_parameters(plain) == (7 - 1) * norms
    plain, conditional = (resnet.discriminator(128, 3, width=2, n_labels=n) for n in (None, 7))
    assert n_parameters(conditional) - n_parameters(plain) == 7 * 32


def test_conditional_norms():
    kinds = kinds_of(networks(resnet)["generator"])
    conditional = [kind for kind in kinds if kind.startswith("ConditionalNorm(")]
    assert len(conditional) == 2 * 2 and len([kind for kind in kinds if kind.startswith("BatchNorm(")]) == 1
    kinds = kinds_of(resnet.generator(16, 1, LATENT, 4, norm="group", n_labels=N_LABELS))
    assert "ConditionalNorm" not in str(kinds) and any(kind.startswith("Concat") for kind in kinds)


@pytest.mark.parametrize("family", [dcgan, mlp, resnet], ids=["dcgan", "mlp", "resnet"])
def test_spectral_norm_of_the_labels_vectors(family):
    kinds = [kinds_of(family.discriminator(16, 1, 4, norm="spectral", n_labels=n)) for n in (None, N_LABELS)]
    plain, conditional = (sum(kind.startswith("SpectralNorm(") for kind in found) for found in kinds)
    assert conditional - plain == (0 if family is mlp else 1)  # mlp has them at the input


@pytest.mark.slow
@FAMILIES
def test_weights_depend_on_the_seed_alone(family):
    first, again, other = (networks(family, seed=seed) for seed in (4, 4, 5))
    for role in first:
        assert same_weights(first[role], again[role])[0] and not same_weights(first[role], other[role])[0]


@pytest.fixture(scope="module")
def labelled(frame):
    pixels = np.random.default_rng(0).integers(0, 256, size=(24, 16, 16, 1), dtype=np.uint8)
    return frame(list(pixels)).withColumn("label", (F.col("id") % N_LABELS).cast("int")).cache()


@pytest.mark.long
@FAMILIES
def test_an_update(labelled, dense_gan, family):
    made = networks(family)
    model = dense_gan(**made, maxIter=1, labelCol="label").fit(labelled)
    assert not same_weights(model.getDiscriminator(), made["discriminator"])[0]
    assert not same_weights(model.copy().setGeneratorWeights("raw").getGenerator(), made["generator"])[0]
    assert model.generate(3, labels=2).count() == 3


@FAMILIES
@pytest.mark.parametrize("n_labels, message", [
    (0, "`n_labels` must be an integer from 1 on. Received: n_labels=0."),
    (-1, "`n_labels` must be an integer from 1 on. Received: n_labels=-1."),
])  # fmt: skip
def test_refuses(family, n_labels, message):
    for make in (family.generator, family.discriminator):
        with pytest.raises(ValueError, match=message):
            make(16, 1, width=WIDTHS[family], n_labels=n_labels)
