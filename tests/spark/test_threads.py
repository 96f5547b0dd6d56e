"""Several things at once in one process: trainings, models being built, and code that prints meanwhile."""

import contextlib
import io
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from bigdl.dllib.optim.optimizer import Adam
from pyspark.ml import Pipeline
from pyspark.ml.evaluation import Evaluator
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder

from bigdl_gan import ImagePreparer
from bigdl_gan.callbacks import CSVLogger
from bigdl_gan.jvm import bridge

pytestmark = pytest.mark.long


def weights(model):
    return np.concatenate([w.ravel() for w in model.getGenerator().get_weights()])


def test_stdout_stays_where_threads_overlap(spark):
    """The first thread to enter leaves first: swapped globals would then be restored wrongly."""
    before, inside, leave = sys.stdout, threading.Event(), threading.Event()

    def first():
        with bridge.quiet_dllib():
            inside.set()
            leave.wait(10)

    def second():
        inside.wait(10)
        with bridge.quiet_dllib():
            leave.set()
            thread.join()

    thread = threading.Thread(target=first)
    other = threading.Thread(target=second)
    thread.start()
    other.start()
    other.join()
    assert sys.stdout is before


def test_only_dllibs_lines_are_hidden_and_only_in_this_thread(spark):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), bridge.quiet_dllib():
        Adam()
        print("mine")
        other = threading.Thread(target=Adam)
        other.start()
        other.join()
    assert said.getvalue().splitlines() == ["mine", "creating: createAdam"]


@pytest.mark.slow
def test_trainings_in_threads_are_those_one_after_another(noise, dense_gan):
    before = sys.stdout
    gans = [dense_gan(seed=seed, maxIter=3) for seed in range(4)]
    expected = [weights(gan.fit(noise)) for gan in gans]
    with ThreadPoolExecutor(4) as threads:
        found = [weights(model) for model in threads.map(lambda gan: gan.fit(noise), gans)]
    np.testing.assert_array_equal(found, expected)
    assert sys.stdout is before and list(bridge.call("resourceUse")) == [0, 0]


class MeanLevel(Evaluator):
    """The mean grey level of the generated images."""

    def _evaluate(self, dataset):
        return float(np.mean([np.frombuffer(row["generated"]["data"], np.uint8).mean() for row in dataset.collect()]))


@pytest.mark.slow
def test_cross_validation_in_threads(noise, dense_gan):
    gan = dense_gan()
    grid = ParamGridBuilder().addGrid(gan.seed, [1, 2]).build()
    search = CrossValidator(estimator=gan, estimatorParamMaps=grid, evaluator=MeanLevel(), numFolds=2, seed=0)
    before = sys.stdout
    alone, together = (search.copy({search.parallelism: n}).fit(noise) for n in (1, 2))
    assert together.avgMetrics == alone.avgMetrics and len(set(alone.avgMetrics)) == 2
    assert sys.stdout is before


@pytest.mark.slow
def test_a_pipeline_with_the_defaults(noise, dense_gan):
    """No id column: a row's image depends on the picture in it."""
    rows = noise.drop("id").union(noise.drop("id").limit(2))
    made = Pipeline(stages=[ImagePreparer(size=4, channels=1, minSide=1), dense_gan()]).fit(rows).transform(rows)
    assert made.columns == ["image", "generated"]
    images = {}
    for row in made.collect():
        images.setdefault(bytes(row["image"]["data"]), set()).add(bytes(row["generated"]["data"]))
    assert len(images) == 48 and all(len(found) == 1 for found in images.values())
    assert len(set.union(*images.values())) > 40


def test_a_null_image_has_no_hash(frame, dense_gan, noise):
    model = dense_gan().fit(noise)
    with pytest.raises(Exception, match="An id must be a whole number. Received: null"):
        model.transform(frame([None], 1).drop("id")).collect()


def held(training):
    """A callback that starts another training, and keeps the error that it raised."""

    def look(rows, _):
        with pytest.raises(RuntimeError) as error:
            training()
        look.message = str(error.value)

    look.message = ""
    return look


def test_a_checkpoint_folder_is_one_trainings_own(noise, dense_gan, tmp_path):
    look = held(lambda: dense_gan(checkpointDir=str(tmp_path)).fit(noise))
    gan = dense_gan(checkpointDir=f"{tmp_path}/", callbacks=[look])
    gan.fit(noise)
    assert "`checkpointDir` must be this training's own. Received: checkpointDir=" in look.message
    assert gan.fit(noise).iteration == 2  # finished, and free again


def test_a_callback_watches_one_training(noise, dense_gan, tmp_path):
    log = CSVLogger(str(tmp_path / "a.csv"))
    look = held(lambda: dense_gan(callbacks=[log]).fit(noise))
    dense_gan(callbacks=[log, look]).fit(noise)
    assert look.message.startswith("A callback must watch one training at a time. Received: CSVLogger")
    dense_gan(callbacks=[log]).fit(noise)


def test_fit_leaves_the_threads_job_group(spark, noise, dense_gan):
    sc = spark.sparkContext
    names = ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel")
    try:
        sc.setJobGroup("mine", "my own description", interruptOnCancel=True)
        dense_gan().fit(noise)
        assert [sc.getLocalProperty(name) for name in names] == ["mine", "my own description", "true"]
    finally:
        for name in names:
            sc.setLocalProperty(name, None)
    dense_gan().fit(noise)
    assert [sc.getLocalProperty(name) for name in names] == [None] * 3
