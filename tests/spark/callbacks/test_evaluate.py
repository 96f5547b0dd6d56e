"""Metrics of generated images in real trainings: where their figures are, and what they cost and change."""

import csv
import io

import pytest
from mean_colours import MeanColours

from bigdl_gan import GANModel, callbacks, metrics
from bigdl_gan.jvm import bridge
from bigdl_gan.metrics import features

TOTAL, N, SEED = 10, 48, 5
NAMES = ["kid", "recall"]


@pytest.fixture(scope="module")
def measured(spark, noise, dense_gan, tmp_path_factory):
    """A training that is measured after updates 4, 8 and 10, with loggers before and after who measures."""
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    folder, extractor, seen = tmp_path_factory.mktemp("measured"), MeanColours(spark), []
    evaluate = callbacks.Evaluate(noise, NAMES, 4, N, features=extractor, seed=SEED)
    observers = [
        callbacks.CSVLogger(str(folder / "history.csv"), 4), lambda rows, training: seen.append(rows[-1]),
        callbacks.TensorBoard(str(folder / "tb"), 100, rows=1, cols=1), evaluate,
    ]  # fmt: skip
    place = {"checkpointDir": str(folder / "checkpoints"), "checkpointInterval": 8}
    model = dense_gan(maxIter=TOTAL, historyInterval=2, callbacks=observers, **place).fit(noise)
    return {
        "model": model, "folder": folder, "evaluate": evaluate, "seen": seen, "rows": extractor.n_rows.value,
        "kept": spark.sparkContext._jsc.getPersistentRDDs().size(), "resources": list(bridge.call("resourceUse")),
    }  # fmt: skip


def figures(history, name="kid"):
    return {row["iteration"]: row[f"metric/{name}"] for row in history if f"metric/{name}" in row}


@pytest.mark.slow
def test_figures_are_those_of_the_models_images(spark, measured, noise):
    """Of averaged weights. Those of earlier updates are others."""
    model = measured["model"]
    found = metrics.evaluate(
        model.generate(N, seed=SEED), noise, [metrics.KID(nSubsets=0), "recall"], features=MeanColours(spark), seed=SEED
    )
    for name in NAMES:
        assert figures(model.history, name)[10] == found[name].value, name
    kids = figures(model.history)
    assert sorted(kids) == [4, 8, 10] and len(set(kids.values())) == 3


@pytest.mark.long
def test_measuring_changes_no_bit(measured, noise, dense_gan):
    assert measured["model"].weights_digest() == dense_gan(maxIter=TOTAL).fit(noise).weights_digest()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:class_balance:UserWarning")
def test_an_extractor_beside_the_replicas_changes_no_bit(digits, digit_gan):
    """The core runs this classifier in the executors that train."""
    evaluate = callbacks.Evaluate(digits, ["kid", "class_balance"], 1, 16, features=features.digits())
    model = digit_gan(maxIter=3, callbacks=[evaluate]).fit(digits)
    assert sorted(figures(model.history)) == [1, 2, 3] and len(figures(model.history, "class_balance")) == 3
    assert model.weights_digest() == digit_gan(maxIter=3).fit(digits).weights_digest()


@pytest.mark.long
def test_the_reals_features_are_extracted_once_and_released(measured):
    assert measured["rows"] == 48 + 3 * N
    assert measured["kept"] == 0 and measured["resources"] == [0, 0]


@pytest.mark.long
def test_all_that_writes_the_history_has_the_figures(measured):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    model, folder = measured["model"], measured["folder"]
    expected = figures(model.history)
    rows = list(csv.DictReader(io.StringIO((folder / "history.csv").read_text())))
    assert {int(row["iteration"]): float(row["metric/kid"]) for row in rows if row["metric/kid"]} == expected
    frame = model.history_frame().dropna(subset=["metric_kid"])
    assert dict(zip(frame.iteration, frame.metric_kid)) == expected
    assert figures(measured["seen"]) == expected
    events = EventAccumulator(str(folder / "tb"))
    events.Reload()
    scalars = {scalar.step: scalar.value for scalar in events.Scalars("metric/kid")}
    assert scalars == pytest.approx(expected, rel=1e-6)  # float32
    for name in ("checkpoint-00000008", "checkpoint-00000010"):
        saved = GANModel.load(str(folder / "checkpoints" / name))
        assert figures(saved.history) == {done: kid for done, kid in expected.items() if done <= int(name[-2:])}


@pytest.mark.long
def test_all_that_the_metrics_say_is_kept_with_the_callback(measured):
    results = measured["evaluate"].results
    assert sorted(results) == [4, 8, 10] and results[10]["kid"].n_fakes == N and results[10]["kid"].n_reals == 48
    low, high = results[10]["kid"].interval
    assert low < figures(measured["model"].history)[10] < high
    assert measured["evaluate"].metrics == {"kid": False, "recall": True}


@pytest.mark.long
def test_what_cannot_be_measured_is_reported_and_training_continues(spark, noise, dense_gan):
    evaluate = callbacks.Evaluate(noise.where("id < 0"), every=1, features=MeanColours(spark))
    with pytest.warns(RuntimeWarning, match="Evaluate failed in on_begin .*`reals` must have an image at least"):
        model = dense_gan(callbacks=[evaluate]).fit(noise)
    assert model.iteration == 2 and not figures(model.history)


class Silent:
    """An extractor whose use is an error: nothing may run."""

    def describe(self):
        raise AssertionError

    extract = describe


@pytest.mark.parametrize("change, error, match", [
    ({"metrics": ["fad"]}, ValueError, "`metrics` must hold names among fid, .* Received: 'fad'"),
    ({"metrics": []}, ValueError, "`metrics` must name a metric at least"),
    ({"features": 3}, TypeError, "`features` must be a feature extractor .* Received: int"),
    ({"reals": "hdfs:///reals"}, TypeError, "`reals` takes a Spark DataFrame. Received: str"),
    ({"image_col": "picture"}, ValueError, "`reals`: `image_col` must name a column .* Received: image_col='picture'"),
    ({"every": 0}, ValueError, "`every` must be an integer from 1 on"),
    ({"n": 1}, ValueError, "`n` must be an integer from 2 on"),
    ({"metrics": ["kid", "recall"], "n": 5}, ValueError, "`n` must be at least 6 for recall. Received: n=5"),
    ({"seed": "1"}, TypeError, "`seed` must be an integer"),
])  # fmt: skip
def test_bad_arguments(noise, n_jobs, change, error, match):
    before = n_jobs()
    with pytest.raises(error, match=match):
        callbacks.Evaluate(**{"reals": noise, "features": Silent(), **change})
    assert n_jobs() == before
