"""Metrics of generated images in real trainings: where their figures are, and what they cost and change."""

import csv
import io

import pytest
from mean_colours import MeanColours
from silent_extractor import Silent

from bigdl_gan import GANModel, callbacks, metrics
from bigdl_gan.jvm import bridge
from bigdl_gan.metrics import features

pytestmark = pytest.mark.long

TOTAL, N, SEED = 10, 48, 5
NAMES = ["kid", "recall"]


@pytest.fixture(scope="module")
def measured(spark, noise, dense_gan, tmp_path_factory):
    """A training that is measured after updates 4, 8 and 10, with loggers before and after who measures."""
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    mlflow, patch = pytest.importorskip("mlflow", reason="the extra mlflow is not installed"), pytest.MonkeyPatch()
    patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # MLflow 3 prefers databases, which its skinny package lacks
    folder, extractor, seen = tmp_path_factory.mktemp("measured"), MeanColours(spark), []
    evaluate = callbacks.Evaluate(noise, NAMES, 4, N, features=extractor, seed=SEED)
    observers = [
        callbacks.CSVLogger(str(folder / "history.csv"), 4), lambda rows, training: seen.append(rows[-1]),
        callbacks.TensorBoard(str(folder / "tb"), 100, rows=1, cols=1), callbacks.MLflow(100, rows=1, cols=1), evaluate,
    ]  # fmt: skip
    mlflow.set_tracking_uri((folder / "mlruns").as_uri())
    place = {"checkpointDir": str(folder / "checkpoints"), "checkpointInterval": 8}
    model = dense_gan(maxIter=TOTAL, historyInterval=2, callbacks=observers, **place).fit(noise)
    yield {
        "model": model, "folder": folder, "evaluate": evaluate, "seen": seen, "rows": extractor.n_rows.value,
        "kept": spark.sparkContext._jsc.getPersistentRDDs().size(), "resources": list(bridge.call("resourceUse")),
    }  # fmt: skip
    patch.undo()
    mlflow.set_tracking_uri("")


def figures(history, name="kid", of="metric"):
    return {row["iteration"]: row[f"{of}/{name}"] for row in history if f"{of}/{name}" in row}


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


@pytest.mark.slow
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


def test_the_reals_features_are_extracted_once_and_released(measured):
    assert measured["rows"] == 48 + 3 * N
    assert measured["kept"] == 0 and measured["resources"] == [0, 0]


def test_all_that_writes_the_history_has_the_figures(measured):
    import mlflow
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    model, folder = measured["model"], measured["folder"]
    rows = list(csv.DictReader(io.StringIO((folder / "history.csv").read_text())))
    frame = model.history_frame()
    events = EventAccumulator(str(folder / "tb"))
    events.Reload()
    client = mlflow.MlflowClient((folder / "mlruns").as_uri())
    [run] = client.search_runs(["0"])
    for name in ("metric/kid", "standard_error/kid"):
        expected = figures(model.history, of=name[:-4])
        assert sorted(expected) == [4, 8, 10], name
        assert {int(row["iteration"]): float(row[name]) for row in rows if row[name]} == expected
        column = frame.set_index("iteration")[name.replace("/", "_")].dropna()
        assert column.to_dict() == expected
        assert figures(measured["seen"], of=name[:-4]) == expected
        scalars = {scalar.step: scalar.value for scalar in events.Scalars(name)}
        assert scalars == pytest.approx(expected, rel=1e-6)  # float32
        assert {m.step: m.value for m in client.get_metric_history(run.info.run_id, name)} == expected
    assert not figures(model.history, "recall", of="standard_error")  # it has none
    expected = figures(model.history)
    for name in ("checkpoint-00000008", "checkpoint-00000010"):
        saved = GANModel.load(str(folder / "checkpoints" / name))
        assert figures(saved.history) == {done: kid for done, kid in expected.items() if done <= int(name[-2:])}


def test_all_that_the_metrics_say_is_kept_with_the_callback(measured):
    results = measured["evaluate"].results
    assert sorted(results) == [4, 8, 10] and results[10]["kid"].n_fakes == N and results[10]["kid"].n_reals == 48
    errors = figures(measured["model"].history, of="standard_error")
    assert {done: found["kid"].standard_error for done, found in results.items()} == errors
    low, high = results[10]["kid"].interval
    assert low < figures(measured["model"].history)[10] < high
    assert measured["evaluate"].metrics == {"kid": False, "recall": True}


def test_what_cannot_be_measured_is_reported_and_training_continues(spark, noise, dense_gan):
    evaluate = callbacks.Evaluate(noise.where("id < 0"), every=1, features=MeanColours(spark))
    with pytest.warns(RuntimeWarning, match="Evaluate failed in on_begin .*`reals` must have an image at least"):
        model = dense_gan(callbacks=[evaluate]).fit(noise)
    assert model.iteration == 2 and not figures(model.history)


def test_what_must_be_measured_and_cannot_ends_fit_at_once(noise, dense_gan):
    evaluate = callbacks.Evaluate(noise.where("id < 0"), every=1, features=features.PythonFeatures(len, name="none"))
    with pytest.raises(RuntimeError, match="must be able to measure, for `returnBest`='kid'. .*`reals` must have an"):
        dense_gan(callbacks=[evaluate], returnBest="kid").fit(noise)
    assert list(bridge.call("resourceUse")) == [0, 0]


class Failing(MeanColours):
    """Fails at its second use, of the first generated images."""

    uses = 0

    def extract(self, df, image_col="image", keep=()):
        self.uses += 1
        if self.uses == 2:
            raise OSError("a passing failure")
        return super().extract(df, image_col, keep)


def test_a_measurement_that_failed_is_not_the_last_one(spark, noise, dense_gan):
    extractor = Failing(spark)
    evaluate = callbacks.Evaluate(noise, every=1, n=8, features=extractor)
    with pytest.warns(RuntimeWarning, match="Evaluate failed in on_chunk and will be .* OSError: a passing failure"):
        model = dense_gan(callbacks=[evaluate], maxIter=3).fit(noise)
    assert sorted(figures(model.history)) == sorted(evaluate.results) == [2, 3]
    assert extractor.n_rows.value == 48 + 2 * 8
    assert spark.sparkContext._jsc.getPersistentRDDs().size() == 0 and list(bridge.call("resourceUse")) == [0, 0]


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
