"""Training that continues from a model: its weights, their average, and moments; refusals come before any job."""

import shutil

import numpy as np
import pytest
from bigdl.dllib.keras.layers import Activation, BatchNormalization, Dense, Flatten, Reshape
from bigdl.dllib.keras.models import Sequential

from bigdl_gan import GANEstimator, GANModel
from bigdl_gan.layers import building
from bigdl_gan.optimizers import SGD, Adam, RMSprop

ROLES = ("generator", "discriminator")
BATCH, HALF_LIFE = 8, 100.0


def arrays(network):
    """Weights and running statistics, flat."""
    statistics = [np.array(t.storage().array(), np.float32) for t in network.value.getExtraParameter()]
    return np.concatenate([*(w.ravel() for w in network.get_weights()), *(s.ravel() for s in statistics)])


def same(model, other):
    for network, another in (
        (model.getGenerator(), other.getGenerator()), (model.getDiscriminator(), other.getDiscriminator()),
    ):  # fmt: skip
        np.testing.assert_array_equal(arrays(network), arrays(another))


def read(folder, iteration, *names):
    place = folder / f"checkpoint-{iteration:08d}"
    return np.concatenate([np.fromfile(place / f"{name}.f32", "<f4") for name in names])


@pytest.fixture(scope="module")
def given(noise, dense_gan, tmp_path_factory):
    """A trained model whose average differs from its weights, and the folder with its checkpoints."""
    folder = tmp_path_factory.mktemp("given")
    gan = dense_gan(maxIter=30, generatorOptimizer=Adam(0.01), emaHalfLife=HALF_LIFE, checkpointDir=str(folder))
    return gan.fit(noise), folder


@pytest.fixture(scope="module")
def unkept(noise, dense_gan):
    """A model whose training wrote no checkpoints."""
    return dense_gan().fit(noise)


@pytest.fixture(scope="module")
def others(frame):
    """48 other images."""
    return frame(list(np.random.default_rng(9).integers(0, 256, size=(48, 4, 4, 1), dtype=np.uint8)), 2)


def further(model, **params):
    return GANEstimator(initialModel=model, batchSize=BATCH, callbacks=[], **{"maxIter": 4, "seed": 5, **params})


@pytest.mark.long
def test_weights_are_carried_over(given, others):
    """As if the model's networks, with the weights of its last update, were set; the model stays as it is."""
    model, _ = given
    before = model.weights_digest()
    expected = GANEstimator(
        generator=model.raw_generator, discriminator=model.getDiscriminator(), batchSize=BATCH, maxIter=4, seed=5,
        callbacks=[], generatorWeights="raw",
    ).fit(others)  # fmt: skip
    found = further(model, generatorWeights="raw").fit(others)
    same(found, expected)
    assert [row["iteration"] for row in found.history] == [1, 2, 3, 4]
    assert model.weights_digest() == before and not found.isDefined("initialModel")


@pytest.mark.long
def test_the_average_continues_without_a_ramp(given, others, tmp_path):
    model, _ = given
    found = further(model, emaHalfLife=HALF_LIFE, checkpointDir=str(tmp_path), checkpointInterval=1,
                    keepCheckpoints=9).fit(others)  # fmt: skip
    expected, beta = arrays(model.getGenerator()).astype(np.float64), 0.5 ** (BATCH / HALF_LIFE)
    for update in (1, 2, 3, 4):
        expected = beta * expected + (1 - beta) * read(tmp_path, update, "generator.weights", "generator.statistics")
    np.testing.assert_allclose(arrays(found.getGenerator()), expected, rtol=1e-5, atol=1e-7)
    assert np.abs(expected - arrays(found.raw_generator)).max() > 1e-3


@pytest.mark.long
def test_a_model_without_an_average_begins_one(noise, dense_gan):
    model = dense_gan(emaHalfLife=0.0).fit(noise)
    found = further(model, emaHalfLife=1e9).fit(noise)
    np.testing.assert_allclose(arrays(found.getGenerator()), arrays(model.getGenerator()), atol=1e-6)
    assert np.abs(arrays(found.raw_generator) - arrays(model.getGenerator())).max() > 1e-4


@pytest.mark.long
def test_moments_are_carried_over(given, others, tmp_path):
    """s = 0.5 s + 0.5 g and r = 0.999 r + 0.001 g g, with the gradient g of the same images at the same weights."""
    model, folder = given
    for name, wanted in (("with", True), ("without", False)):
        further(model, maxIter=1, initialMoments=wanted, updateRule="simultaneous",  # else D's step would change G's g
                checkpointDir=str(tmp_path / name)).fit(others)  # fmt: skip
    for role in ROLES:
        for moment, decay in (("s", 0.5), ("r", 0.999)):
            name = f"{role}.optimizer.{moment}"
            kept, new, without = (read(*place, name) for place in
                                  ((folder, 30), (tmp_path / "with", 1), (tmp_path / "without", 1)))  # fmt: skip
            np.testing.assert_allclose(new, decay * kept + without, rtol=1e-5, atol=1e-9)
            assert np.abs(new - without).max() > 1e-7
        counters = [
            (tmp_path / which / "checkpoint-00000001" / "metadata.json").read_text() for which in ("with", "without")
        ]
        assert ['"evalCounter": 31' in text for text in counters] == [True, False]


@pytest.mark.long
@pytest.mark.parametrize("load", [lambda model, folder, path: GANModel.load(str(folder)),
                                  lambda model, folder, path: (model.save(path), GANModel.load(path))[1]],
                         ids=["checkpoint", "saved"])  # fmt: skip
def test_a_loaded_model_continues_as_the_fitted_one(given, others, tmp_path, load):
    model, folder = given
    loaded = load(model, folder, str(tmp_path / "model"))
    same(further(loaded, initialMoments=True).fit(others), further(model, initialMoments=True).fit(others))


def another(hidden=4, momentum=0.1):
    with building():
        generator, discriminator = Sequential(), Sequential()
        generator.add(Dense(16, input_shape=(3,)))
        generator.add(Reshape((1, 4, 4)))
        generator.add(BatchNormalization(epsilon=1e-5, momentum=momentum))
        generator.add(Activation("tanh"))
        discriminator.add(Flatten(input_shape=(1, 4, 4)))
        discriminator.add(Dense(hidden))
        discriminator.add(BatchNormalization(epsilon=1e-5, momentum=momentum))
        discriminator.add(Activation("relu"))
        discriminator.add(Dense(1))
    return {"generator": generator, "discriminator": discriminator}


def test_networks_that_are_set_get_the_weights(given, others):
    """Here with other batch norms, whose running statistics follow faster; they stay as they are."""
    model, _ = given
    networks = another(momentum=0.4)
    before = arrays(networks["generator"])
    slow, fast = (further(model, maxIter=1, generatorWeights="raw", **own).fit(others) for own in ({}, networks))
    for a, b in zip(slow.getGenerator().get_weights(), fast.getGenerator().get_weights()):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(arrays(slow.getGenerator()), arrays(fast.getGenerator()))
    np.testing.assert_array_equal(arrays(networks["generator"]), before)


def test_other_layers_are_refused(given, noise, refused):
    model, _ = given
    message = (r"`initialModel` must have the layers of `discriminator`, or `discriminator` must be unset. Received: "
               r"of the layers with weights, number 1 is Dense\w*, output shape \(4,\), 68 weights in the model, and "
               r"Dense\w*, output shape \(5,\), 85 weights in `discriminator`")  # fmt: skip
    refused(further(model, discriminator=another(hidden=5)["discriminator"]), noise, ValueError, message)
    longer = another()["discriminator"]
    with building():
        longer.add(Dense(1))
    refused(further(model, discriminator=longer), noise, ValueError, "number 4 is missing in the model, and Dense")


@pytest.mark.parametrize("value, received", [("a/path", "Received: str"), (GANModel, "Received: the class GANModel")])
def test_anything_but_a_model_is_refused(noise, refused, value, received):
    refused(further(value), noise, TypeError, f"`initialModel` must be a GANModel. {received}.*GANModel.load")


def test_a_model_without_networks_is_refused(noise, refused):
    refused(further(GANModel()), noise, ValueError, "must have a generator and a discriminator. Received: none of them")


def test_moments_that_are_not_there_are_refused(given, unkept, noise, dense_gan, refused, tmp_path):
    model, folder = given
    lost = shutil.copytree(folder, tmp_path / "lost")
    loaded = GANModel.load(str(lost))
    shutil.rmtree(lost)
    for gan, message in (
        (further(loaded, initialMoments=True), "checkpoint must still be there .* Received: .*lost"),
        (further(unkept, initialMoments=True), "with a `checkpointDir` .* Received: a model without"),
        (further(model, initialMoments=True, generatorOptimizer=RMSprop()),
         "`generatorOptimizer` must be of the same kind as the moments .* Received: rmsprop, and adam in"),
        (dense_gan(initialMoments=True), "`initialModel` must be set with initialMoments=True"),
    ):  # fmt: skip
        refused(gan, noise, ValueError, message)


@pytest.mark.long
def test_moments_of_other_weights_are_refused(given, noise, dense_gan, tmp_path):
    """Another training has written to the same folder since."""
    gan = dense_gan(checkpointDir=str(tmp_path))
    model = gan.fit(noise)
    shutil.rmtree(tmp_path / "checkpoint-00000002")
    dense_gan(checkpointDir=str(tmp_path), seed=8).fit(noise)
    with pytest.raises(ValueError, match="`initialModel` must be from its checkpoint.*other weights of the generator"):
        further(model, initialMoments=True).fit(noise)


@pytest.mark.long
def test_a_resume_needs_the_same_model_but_not_its_moments(given, unkept, noise, tmp_path):
    model, folder = given
    copied = shutil.copytree(folder, tmp_path / "copied")
    loaded = GANModel.load(str(copied))
    whole = further(loaded, initialMoments=True, maxIter=6).fit(noise)
    gan = further(loaded, initialMoments=True, checkpointDir=str(tmp_path / "own"))
    gan.fit(noise)
    shutil.rmtree(copied)
    resumed = gan.setMaxIter(6).fit(noise)
    same(resumed, whole)
    np.testing.assert_array_equal(arrays(resumed.raw_generator), arrays(whole.raw_generator))
    with pytest.raises(ValueError, match=r"written with initialModel='[0-9a-f]{64}' \(now '[0-9a-f]{64}'\)"):
        further(unkept, checkpointDir=str(tmp_path / "own")).fit(noise)


@pytest.mark.long
def test_an_estimator_is_saved_with_its_model(given, noise, tmp_path):
    model, _ = given
    further(model, discriminatorOptimizer=SGD(0.1)).save(str(tmp_path / "gan"))
    loaded = GANEstimator.load(str(tmp_path / "gan"))
    assert loaded.getInitialModel().weights_digest() == model.weights_digest()
    assert not loaded.isDefined("generator")
    same(loaded.setCallbacks([]).fit(noise), further(model, discriminatorOptimizer=SGD(0.1)).fit(noise))
