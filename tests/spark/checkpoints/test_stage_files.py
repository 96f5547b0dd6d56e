"""Saving and loading: what comes back, even in another process, and what is never lost."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bigdl.dllib.optim.optimizer import SGD, RMSprop
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.util import DefaultParamsWriter

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel, ImagePreparer
from bigdl_gan.callbacks import CollapseMonitor
from bigdl_gan.jvm import bridge, hadoop
from bigdl_gan.params.plan import SCHEDULES

pytestmark = pytest.mark.long

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
    objects = ("generator", "discriminator", "callbacks", *SCHEDULES, "initialModel")
    return {p.name: value for p, value in stage.extractParamMap().items() if p.name not in objects}


@pytest.mark.slow
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
        "discriminator.bigdl", "generator.bigdl", "history.csv", "history.json", "metadata", "rawGenerator.bigdl",
    ]  # fmt: skip
    assert [row["iteration"] for row in json.loads((saved / "history.json").read_text())] == [1, 2, 3]
    assert (saved / "history.csv").read_text().splitlines()[0].startswith("iteration,epoch,images,seconds,loss/gen")
    metadata = json.loads((saved / "metadata" / "part-00000").read_text())
    assert metadata["class"] == "bigdl_gan.model.GANModel" and metadata["formatVersion"] == 1


def test_an_estimator_comes_back_whole_and_trains_the_same(noise, dense_gan, tmp_path):
    with bridge.quiet_dllib():
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
    assert not loaded.isDefined("callbacks")  # the user's own objects are not saved
    first, second = gan.fit(noise), loaded.setParams(callbacks=[]).fit(noise)
    for a, b in zip(first.getGenerator().get_weights(), second.getGenerator().get_weights()):
        np.testing.assert_array_equal(a, b)


def look(rows, training):
    raise AssertionError("never called")


def test_a_save_says_that_it_leaves_callbacks_out(digit_gan, model, tmp_path):
    gan = digit_gan(callbacks=[CollapseMonitor(), look])
    warning = "Callbacks are not saved: CollapseMonitor, look. After loading, set them with setCallbacks."
    for save in (gan.save, lambda path: Pipeline(stages=[gan]).write().overwrite().save(path)):
        with pytest.warns(RuntimeWarning, match=warning):
            save(str(tmp_path / "gan"))
    assert "does not save callbacks" in GANEstimator.write.__doc__
    watched = model.copy({model.callbacks: [look]})
    watched.save(str(tmp_path / "model"))  # no warning: a model does not use them


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

    monkeypatch.setattr(hadoop, "write_bytes", full)
    with pytest.raises(OSError, match="disk full"):
        model.write().overwrite().save(str(saved))
    with pytest.raises(OSError, match="disk full"):
        model.save(str(saved.parent / "new"))
    assert contents(saved) == before and [f.name for f in saved.parent.iterdir()] == ["model"]


ODD = ["lr=0.0002,beta=0.5", "run[1]", "{a,b}", "a\\b", "12:30", "50%", "%20", "a b", "#1", "what?", "*", "é 漢", "a//"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_odd_paths(spark, tmp_path, name):
    for path in (f"{tmp_path}/{name}/gan", f"file:{tmp_path}/{name}/gan2", f"{tmp_path}/as/{name}"):
        GANEstimator(maxIter=7).save(path)
        GANEstimator(maxIter=8).write().overwrite().save(path)
        assert GANEstimator.load(path).getMaxIter() == 8
        preparer = path.rstrip("/") + "-preparer"
        ImagePreparer(size=9).save(preparer)
        assert ImagePreparer.load(preparer).getSize() == [9, 9]


def test_a_model_under_an_odd_path(model, tmp_path, pixels):
    path = f"{tmp_path}/lr=0.0002,beta=0.5/{{run}}[1]"
    model.save(path)
    assert pixels(GANModel.load(path).generate(2)) == pixels(model.generate(2))


def test_a_path_that_hadoop_does_not_take_is_refused_before_anything_is_written(spark, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for save in (GANEstimator().save, GANEstimator().write().overwrite().save, ImagePreparer(size=3).save):
        with pytest.raises(OSError, match="Cannot look for 12:30: .*Choose a name without a colon") as error:
            save("12:30")
        assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


UNWRITABLE = ["/proc/x", "nosuch://x/y", "hdfs://nowhere.invalid/x", "s3a://bucket/x"]


@pytest.mark.parametrize("path", UNWRITABLE)
@pytest.mark.parametrize("make", [GANEstimator, GANModel, lambda: ImagePreparer(size=3)], ids=["gan", "model", "x"])
def test_what_a_file_system_refuses_is_an_os_error_of_one_line(spark, path, make):
    stage = make()
    for act in (stage.save, stage.write().overwrite().save, type(stage).load):
        with pytest.raises(OSError) as error:
            act(path)
        assert path in str(error.value) and "\n" not in str(error.value)


def test_a_file_in_place_of_the_folder(spark, tmp_path):
    (tmp_path / "m").write_text("mine")
    with pytest.raises(OSError, match=f"{tmp_path}/m/") as error:
        GANEstimator().save(f"{tmp_path}/m/gan")
    assert "\n" not in str(error.value)


def test_pipelines_read_what_we_write_by_sparks_own_means(spark, model, tmp_path):
    stages = [ImagePreparer(size=9), GANEstimator(maxIter=7)]
    Pipeline(stages=stages).save(str(tmp_path / "pipeline"))
    preparer, gan = Pipeline.load(str(tmp_path / "pipeline")).getStages()
    assert (preparer.getSize(), gan.getMaxIter()) == ([9, 9], 7)
    PipelineModel(stages=[ImagePreparer(size=9), model]).write().overwrite().save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted")).stages[1]
    assert loaded.uid == model.uid and loaded.history == model.history


def test_stages_that_sparks_own_writer_saved(spark, tmp_path):
    """As earlier versions did; and compressed, which a cluster's settings may request."""
    preparer = ImagePreparer(size=9, crop="none")
    DefaultParamsWriter(preparer).saveImpl(str(tmp_path / "plain"))
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set("mapreduce.output.fileoutputformat.compress", "true")
    try:
        DefaultParamsWriter(preparer).saveImpl(str(tmp_path / "packed"))
    finally:
        settings.unset("mapreduce.output.fileoutputformat.compress")
    assert [p.suffix for p in (tmp_path / "packed" / "metadata").glob("part-*")] == [".deflate"]
    for name in ("plain", "packed"):
        loaded = ImagePreparer.load(str(tmp_path / name))
        assert (loaded.uid, loaded.getSize(), loaded.getCrop()) == (preparer.uid, [9, 9], "none")


def test_saving_runs_no_job(spark, model, tmp_path, n_jobs):
    before = n_jobs()
    model.save(str(tmp_path / "m"))
    GANModel.load(str(tmp_path / "m"))
    assert n_jobs() == before


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
    with pytest.raises(ValueError, match="A saved stage must have format 1. Received: .* with format 2"):
        GANModel.load(str(saved))
