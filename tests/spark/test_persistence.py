"""Saving and loading: what comes back, in another process too, and what is never lost."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bigdl.dllib.optim.optimizer import SGD, RMSprop

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel, _hadoop, _jvm

LOADER = """
import sys
from pyspark.sql import SparkSession
from bigdl_gan import GANModel, configure

spark = configure(SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")).getOrCreate()
model = GANModel.load(sys.argv[1])
for row in model.generate(5, seed=3).collect():
    print("image", bytes(row["image"]["data"]).hex())
print("history", len(model.history), "batchSize", model.getBatchSize())
"""


@pytest.fixture(scope="module")
def model(digits, digit_gan):
    return digit_gan(maxIter=3, seed=4).fit(digits)


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model"
    model.save(str(path))
    return path


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in Path(folder).rglob("*") if file.is_file()}


def plain_values(stage):
    objects = ("generator", "discriminator", "callbacks")
    return {p.name: value for p, value in stage.extractParamMap().items() if p.name not in objects}


def test_a_loaded_model_generates_the_same_images_in_a_fresh_process(model, saved):
    root = Path(bigdl_gan.__file__).parents[1]  # Python finds the package in the working directory
    answer = subprocess.run([sys.executable, "-c", LOADER, str(saved)], capture_output=True, text=True, cwd=root)
    assert answer.returncode == 0, answer.stderr
    lines = [f"image {bytes(row['image']['data']).hex()}" for row in model.generate(5, seed=3).collect()]
    assert answer.stdout.splitlines() == [*lines, "history 3 batchSize 8"]


def test_a_model_comes_back_whole(model, saved, pixels):
    loaded = GANModel.load(str(saved))
    assert loaded.uid == model.uid and loaded.history == model.history
    assert plain_values(loaded) == plain_values(model)
    for role in ("generator", "discriminator"):
        before, after = model.getOrDefault(role), loaded.getOrDefault(role)
        for a, b in zip(before.get_weights(), after.get_weights()):
            np.testing.assert_array_equal(a, b)
    assert pixels(loaded.generate(4)) == pixels(model.generate(4))


def test_the_folder_is_readable_without_this_package(saved):
    assert sorted(f.name for f in saved.iterdir() if not f.name.startswith(".")) == [
        "discriminator.bigdl", "generator.bigdl", "history.csv", "history.json", "metadata",
    ]  # fmt: skip
    assert [row["iteration"] for row in json.loads((saved / "history.json").read_text())] == [1, 2, 3]
    assert (saved / "history.csv").read_text().splitlines()[0].startswith("iteration,epoch,images,seconds,loss/gen")
    metadata = json.loads((saved / "metadata" / "part-00000").read_text())
    assert metadata["class"] == "bigdl_gan.model.GANModel" and metadata["formatVersion"] == 1


def test_an_estimator_comes_back_whole_and_trains_the_same(noise, dense_gan, tmp_path):
    with _jvm.quiet_dllib():
        optimizers = {
            "generatorOptimizer": SGD(learningrate=0.05, momentum=0.5, dampening=0.0),
            "discriminatorOptimizer": RMSprop(learningrate=0.02, decayrate=0.8),
        }
    gan = dense_gan(seed=8, loss="minimax", **optimizers)
    gan.save(f"file:{tmp_path}/gan")
    loaded = GANEstimator.load(str(tmp_path / "gan"))
    assert (loaded.uid, loaded.getSeed(), loaded.getLoss(), loaded.getBatchSize()) == (gan.uid, 8, "minimax", 8)
    sgd, rmsprop = loaded.getGeneratorOptimizer().value, loaded.getDiscriminatorOptimizer().value
    assert (sgd.learningRate(), sgd.momentum(), sgd.dampening()) == (0.05, 0.5, 0.0)
    assert (rmsprop.learningRate(), rmsprop.decayRate()) == (0.02, 0.8)
    assert not loaded.isDefined("callbacks")  # objects of the user's own are not saved
    first, second = gan.fit(noise), loaded.setParams(callbacks=[]).fit(noise)
    for a, b in zip(first.getGenerator().get_weights(), second.getGenerator().get_weights()):
        np.testing.assert_array_equal(a, b)


def test_an_estimator_without_networks_comes_back_too(spark, tmp_path):
    GANEstimator(maxEpochs=2.5).save(str(tmp_path / "gan"))
    loaded = GANEstimator.load(str(tmp_path / "gan"))
    assert loaded.getMaxEpochs() == 2.5 and not loaded.isDefined("generator")


def test_uris(model, tmp_path, pixels):
    model.save((tmp_path / "a").as_uri())
    assert pixels(GANModel.load(f"file:{tmp_path}/a").generate(2)) == pixels(model.generate(2))


def test_an_existing_path_is_refused_and_left_as_it_was(model, saved):
    before = contents(saved)
    with pytest.raises(FileExistsError, match=r"`path` must not exist yet. Received: path=.*model. Choose another"):
        model.save(str(saved))
    assert contents(saved) == before and [f.name for f in saved.parent.iterdir()] == ["model"]


def test_overwrite_replaces(model, saved, noise, dense_gan):
    dense_gan(maxIter=1).fit(noise).write().overwrite().save(str(saved))
    assert len(GANModel.load(str(saved)).history) == 1
    assert [f.name for f in saved.parent.iterdir()] == ["model"]


def test_a_failure_leaves_what_was_there(model, saved, monkeypatch):
    before = contents(saved)

    def full(*args, **options):
        raise OSError("disk full")

    monkeypatch.setattr(_hadoop, "write_bytes", full)
    with pytest.raises(OSError, match="disk full"):
        model.write().overwrite().save(str(saved))
    with pytest.raises(OSError, match="disk full"):
        model.save(str(saved.parent / "new"))
    assert contents(saved) == before and [f.name for f in saved.parent.iterdir()] == ["model"]


def test_loading_a_path_that_holds_nothing(spark, tmp_path):
    with pytest.raises(FileNotFoundError, match="`path` must hold a saved GANModel. Received: path=.*nothing"):
        GANModel.load(str(tmp_path / "nothing"))


def test_loading_another_class(saved):
    with pytest.raises(ValueError, match="must hold a saved bigdl_gan.estimator.GANEstimator. Received: .*GANModel"):
        GANEstimator.load(str(saved))


def test_loading_another_format(saved):
    file = saved / "metadata" / "part-00000"
    file.write_text(file.read_text().replace('"formatVersion": 1', '"formatVersion":2').replace('ion":1', 'ion":2'))
    (saved / "metadata" / ".part-00000.crc").unlink()
    with pytest.raises(ValueError, match="A saved stage must be of format 1. Received: .* with format 2"):
        GANModel.load(str(saved))
