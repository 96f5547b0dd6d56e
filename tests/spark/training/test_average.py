"""The generator's moving average: what a training keeps, what generates, what is saved, and what resumes."""

import warnings

import numpy as np
import pytest

from bigdl_gan import GANModel, layers
from bigdl_gan.callbacks import Callback
from bigdl_gan.layers import building
from bigdl_gan.optimizers import SGD, Adam

pytestmark = pytest.mark.long

BATCH, HALF_LIFE, TOTAL = 8, 40.0, 6


class Watcher(Callback):
    """Keeps the images that callbacks see after the last update."""

    def on_chunk(self, rows, training):
        self.images = training.images(6, seed=2)


def arrays(network):
    """Weights and running statistics, flat."""
    statistics = [np.array(t.storage().array(), np.float32) for t in network.value.getExtraParameter()]
    return np.concatenate([*(w.ravel() for w in network.get_weights()), *(s.ravel() for s in statistics)])


def read(folder, iteration, *names):
    """Vectors in a checkpoint, one after the other."""
    place = folder / f"checkpoint-{iteration:08d}"
    return np.concatenate([np.fromfile(place / f"{name}.f32", "<f4") for name in names])


def raw_at(folder, iteration):
    return read(folder, iteration, "generator.weights", "generator.statistics").astype(np.float64)


def average_at(folder, iteration):
    return read(folder, iteration, "generator.average", "generator.averageStatistics")


@pytest.fixture(scope="module")
def trained(noise, dense_gan, tmp_path_factory):
    """A model, its folder with a checkpoint of each update, and the callback that watched it."""
    folder, watcher = tmp_path_factory.mktemp("trained"), Watcher()
    gan = dense_gan(
        maxIter=TOTAL, emaHalfLife=HALF_LIFE, checkpointDir=str(folder), checkpointInterval=1, keepCheckpoints=9,
        callbacks=[watcher],
    )  # fmt: skip
    return gan.fit(noise), folder, watcher


def test_a_checkpoint_has_the_average_of_all_updates(trained, dense_networks):
    """Against the recurrence in float64, from the weights that the networks began with."""
    _, folder, _ = trained
    expected = arrays(dense_networks()["generator"]).astype(np.float64)
    for update in range(1, TOTAL + 1):
        beta = 0.5 ** (BATCH / min(HALF_LIFE, 0.05 * BATCH * update))
        expected = beta * expected + (1 - beta) * raw_at(folder, update)
        np.testing.assert_allclose(average_at(folder, update), expected, rtol=1e-5, atol=1e-7)
    assert np.abs(expected - raw_at(folder, TOTAL)).max() > 1e-9


def test_a_model_has_both(trained):
    model, folder, _ = trained
    np.testing.assert_array_equal(arrays(model.getGenerator()), average_at(folder, TOTAL))
    np.testing.assert_array_equal(arrays(model.raw_generator), raw_at(folder, TOTAL))
    raw = model.copy({model.generatorWeights: "raw"})
    assert raw.getGenerator() is model.raw_generator and model.getGenerator() is model.getOrDefault("generator")


def test_the_average_costs_the_training_no_bit(trained, noise, dense_gan):
    model, _, _ = trained
    without = dense_gan(maxIter=TOTAL, emaHalfLife=0.0).fit(noise)
    assert without.raw_generator is None
    np.testing.assert_array_equal(arrays(without.getGenerator()), arrays(model.raw_generator))
    np.testing.assert_array_equal(arrays(without.getDiscriminator()), arrays(model.getDiscriminator()))
    assert without.setGeneratorWeights("raw").getGenerator() is without.getOrDefault("generator")


@pytest.fixture(scope="module")
def lively(noise, dense_gan, tmp_path_factory):
    """A model whose average lags far behind: each image differs."""
    folder, watcher = tmp_path_factory.mktemp("lively"), Watcher()

    def make(**given):
        return dense_gan(
            maxIter=60, generatorOptimizer=Adam(0.05), callbacks=[watcher], checkpointDir=str(folder),
            checkpointInterval=30, **given,
        )  # fmt: skip

    return make().fit(noise), make, watcher, folder


def images(model):
    return [bytes(row["image"]["data"]) for row in model.generate(6, seed=2).orderBy("id").collect()]


def test_callbacks_see_what_the_model_generates(lively, noise):
    model, _, watcher, _ = lively
    assert [image.tobytes() for image in watcher.images] == images(model)
    raw = model.copy()._set(generatorWeights="raw")
    assert not set(images(raw)) & set(images(model))


@pytest.mark.slow
def test_callbacks_see_raw_weights_if_these_are_chosen(noise, dense_gan):
    watcher = Watcher()
    model = dense_gan(maxIter=9, generatorWeights="raw", callbacks=[watcher]).fit(noise)
    assert [image.tobytes() for image in watcher.images] == images(model)


def test_an_image_says_of_which_weights_it_is(lively):
    model = lively[0].copy()
    begin = f"gan:{model.uid}?iteration=60"
    for which, end in (("raw", "&weights=raw&seed=0&id=0"), ("average", "&seed=0&id=0")):
        assert model._set(generatorWeights=which).generate(1).first()["image"]["origin"] == begin + end


def test_both_are_saved(lively, tmp_path):
    model = lively[0]
    model.save(str(tmp_path / "model"))
    loaded = GANModel.load(str(tmp_path / "model"))
    assert (tmp_path / "model" / "rawGenerator.bigdl").exists()
    for which in ("average", "raw"):
        assert images(loaded.setGeneratorWeights(which)) == images(model.copy({model.generatorWeights: which}))
    assert loaded.checkpoint == model.checkpoint and loaded.weights_digest() == model.weights_digest()


def test_a_checkpoint_is_a_model_with_both(lively):
    model, _, _, folder = lively
    loaded = GANModel.load(str(folder))
    assert loaded.weights_digest() == model.weights_digest() and images(loaded) == images(model)
    assert model.checkpoint == loaded.checkpoint == str(folder / "checkpoint-00000060")


def test_a_resumed_training_has_the_same_average(lively, noise, tmp_path):
    model, make, _, _ = lively
    gan = make(emaHalfLife=10000.0)
    place = {gan.checkpointDir: str(tmp_path), gan.callbacks: []}
    gan.fit(noise, {**place, gan.maxIter: 30})
    resumed = gan.fit(noise, {**place, gan.resume: "must"})
    assert [row["iteration"] for row in resumed.history] == list(range(1, 61))
    np.testing.assert_array_equal(arrays(resumed.getGenerator()), arrays(model.getGenerator()))
    np.testing.assert_array_equal(arrays(resumed.raw_generator), arrays(model.raw_generator))


def test_another_half_life_is_another_training(lively, noise):
    _, make, _, _ = lively
    with pytest.raises(ValueError, match=r"written with emaHalfLife=10000.0 \(now 5.0\)"):
        make(emaHalfLife=5.0).fit(noise)


def test_a_checkpoint_without_its_average_is_damaged(lively, spark, tmp_path, noise, dense_gan):
    gan = dense_gan(checkpointDir=str(tmp_path), checkpointInterval=1)
    gan.fit(noise)
    (tmp_path / "checkpoint-00000002" / "generator.average.f32").unlink()
    with pytest.warns(RuntimeWarning, match="Skipping damaged checkpoint .*generator.average.f32"):
        assert GANModel.load(str(tmp_path)).iteration == 1


def test_a_divergence_leaves_both(noise, dense_gan):
    """From before the chunk that diverged."""
    optimizers = {f"{role}Optimizer": SGD(1e20) for role in ("generator", "discriminator")}
    with pytest.warns(RuntimeWarning, match="Training diverged"):
        model = dense_gan(maxIter=40, **optimizers).fit(noise)
    assert np.isfinite(arrays(model.getGenerator())).all() and np.isfinite(arrays(model.raw_generator)).all()
    assert model.checkpoint is None


def test_singular_vectors_are_not_averaged(spark, noise, dense_networks, dense_gan):
    """An average of them would have another length. The averaged kernel is divided by its own singular value."""
    with building():
        generator = layers.Sequential([
            layers.Input((3,)), layers.SpectralNormalization(layers.Dense(16)), layers.Reshape((1, 4, 4)),
            layers.Activation("tanh"),
        ])  # fmt: skip
    gan = dense_gan(generator=generator, discriminator=dense_networks()["discriminator"], maxIter=40)
    model = gan.setGeneratorOptimizer(Adam(0.05)).fit(noise)
    kernel, bias = model.getGenerator().get_weights()
    assert np.abs(kernel - model.raw_generator.get_weights()[0]).max() > 0.01
    z = np.random.default_rng(0).normal(size=(5, 3))
    expected = np.tanh(z @ (kernel / np.linalg.svd(kernel)[1][0]).T + bias)
    rows = spark.createDataFrame([(i, row.tolist()) for i, row in enumerate(z)], "id long, z array<double>")
    made = model.copy({model.latentCol: "z"}).transform(rows).orderBy("id").collect()
    levels = np.array([list(row["generated"]["data"]) for row in made])
    np.testing.assert_allclose(levels, (expected + 1) * 127.5, atol=1)


def test_an_unknown_choice_is_refused(lively):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="`generatorWeights` must be one of average, raw. Received: .*'mean'"):
            lively[0].copy()._set(generatorWeights="mean").generate(1)
