"""Callbacks in real trainings: what they see and write; they change nothing."""

import csv
import io
import warnings
import weakref

import numpy as np
import pytest
from bigdl.dllib.optim.optimizer import SGD
from PIL import Image

from bigdl_gan import callbacks, images
from bigdl_gan.jvm import bridge, hadoop
from bigdl_gan.layers import initialize
from bigdl_gan.report.history import PENALTY_STATISTICS, POSITION, STATISTICS
from bigdl_gan.training.replicas import Replicas

TOTAL = 10


class Recorder(callbacks.Callback):
    """Records its calls, and the images after each chunk."""

    def __init__(self, every=0):
        self.every, self.rows, self.ends, self.images, self.training = every, [], [], {}, None

    def on_begin(self, training):
        self.training = training
        self.begin = (training.total, training.batch_size, training.iteration, training.params)

    def on_chunk(self, rows, training):
        self.rows += [dict(row) for row in rows]
        self.ends.append(training.iteration)
        self.images[training.iteration] = training.images(4, seed=5)

    def on_end(self, training):
        self.end = (training.iteration, training.failed, training.stop_reason)


def failing(rows, training):
    raise ValueError("on purpose")


def look_at_rows(rows):
    raise AssertionError("never called")


@pytest.fixture(scope="module")
def watched(noise, dense_gan, tmp_path_factory):
    """One training with a callback of each kind: the model, the recorder, the folder with the output, warnings."""
    mlflow = pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    folder, recorder, patch = tmp_path_factory.mktemp("watched"), Recorder(every=3), pytest.MonkeyPatch()
    patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # MLflow 3 prefers databases, which its skinny package lacks
    mlflow.set_tracking_uri((folder / "mlruns").as_uri())
    uri = folder.as_uri()
    size = {"rows": 2, "cols": 2}
    observers = [
        recorder, failing, callbacks.SampleGrid(f"{uri}/grids", 4, **size, seed=5), callbacks.ProgressBar(),
        callbacks.GIF(f"{uri}/film.gif", 4, **size), callbacks.Curves(f"{uri}/curves.png", 4),
        callbacks.CSVLogger(f"{uri}/history.csv", 4), callbacks.TensorBoard(str(folder / "tb"), 4, **size),
        callbacks.MLflow(4, **size), callbacks.EarlyStopping("loss/generator", 100), callbacks.CollapseMonitor(4),
    ]  # fmt: skip
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = dense_gan(maxIter=TOTAL, historyInterval=4, callbacks=observers).fit(noise)
    ours = [w for w in caught if issubclass(w.category, (RuntimeWarning, callbacks.CollapseWarning))]
    yield {"model": model, "recorder": recorder, "folder": folder, "warnings": ours}
    patch.undo()
    mlflow.set_tracking_uri("")


def weights(model):
    return model.getGenerator().get_weights() + model.getDiscriminator().get_weights()


def running_means(model):
    return [np.array(network.value.getExtraParameter()[0].storage().array())
            for network in (model.getGenerator(), model.getDiscriminator())]  # fmt: skip


@pytest.mark.slow
def test_watching_changes_no_bit(watched, noise, dense_gan):
    alone = dense_gan(maxIter=TOTAL).fit(noise)
    for get in (weights, running_means):
        for a, b in zip(get(watched["model"]), get(alone)):
            np.testing.assert_array_equal(a, b)
    told = ("loss/generator", "loss/discriminator", "gradient_norm/generator", "accuracy/real")
    assert [[row[name] for name in told] for row in watched["recorder"].rows] == [
        [row[name] for name in told] for row in alone.history
    ]


@pytest.mark.long
def test_chunks_end_at_the_multiples_and_tell_of_every_update_once(watched):
    recorder = watched["recorder"]
    assert [row["iteration"] for row in recorder.rows] == list(range(1, TOTAL + 1))
    assert {3, 6, 9} | {4, 8} <= set(recorder.ends) and recorder.ends[-1] == TOTAL
    total, batch_size, iteration, params = recorder.begin
    assert (total, batch_size, iteration) == (TOTAL, 8, 0)
    assert params["historyInterval"] == 4 and "generator" not in params
    assert recorder.end == (TOTAL, False, "")


@pytest.mark.long
def test_the_history_holds_means(watched):
    history, rows = watched["model"].history, watched["recorder"].rows
    assert [row["iteration"] for row in history] == [4, 8, 10]
    for row, part in zip(history, (rows[:4], rows[4:8], rows[8:])):
        assert [row[name] for name in POSITION] == [part[-1][name] for name in POSITION]
        for name in STATISTICS:
            np.testing.assert_allclose(row[name], np.mean([r[name] for r in part]), rtol=1e-12)
    assert set(history[0]) == {*POSITION, *STATISTICS}
    assert {*STATISTICS, *PENALTY_STATISTICS} == set(bridge.strings(bridge.call("statisticNames")))


@pytest.mark.long
def test_each_update_has_its_own_time(watched):
    seconds = [row["seconds"] for row in watched["recorder"].rows]
    assert seconds[0] > 0 and all(a < b for a, b in zip(seconds, seconds[1:]))


@pytest.mark.long
def test_who_failed_is_named(watched):
    messages = [str(w.message) for w in watched["warnings"]]
    assert len(messages) == 1 and "failing failed in on_chunk" in messages[0] and "on purpose" in messages[0]


@pytest.mark.long
def test_samples_are_the_present_generators(watched, spark):
    model, seen, folder = watched["model"], watched["recorder"].images, watched["folder"]
    last = np.stack([images.to_array(row["image"]) for row in model.generate(4, seed=5).orderBy("id").collect()])
    np.testing.assert_array_equal(seen[TOTAL], last)
    assert any((seen[3] != seen[TOTAL]).ravel())
    names = [name for name in hadoop.names(spark, f"{folder.as_uri()}/grids") if not name.startswith(".")]
    assert names == [f"{i:08d}.png" for i in (0, 4, 8, 10)]
    for iteration in (4, 8, 10):
        with Image.open(folder / "grids" / f"{iteration:08d}.png") as picture:
            expected = images.grid(seen[iteration], rows=2, cols=2)[:, :, 0]
            np.testing.assert_array_equal(np.asarray(picture), expected)


@pytest.mark.long
def test_the_film_shows_the_grids_states(watched):
    with Image.open(watched["folder"] / "film.gif") as film:
        assert film.size == (14, 14) and film.n_frames == 4


@pytest.mark.long
def test_the_table_is_the_history(watched):
    text = (watched["folder"] / "history.csv").read_text()
    read = [{name: float(v) for name, v in row.items()} for row in csv.DictReader(io.StringIO(text))]
    assert read == watched["model"].history
    with Image.open(watched["folder"] / "curves.png") as picture:
        assert picture.format == "PNG"


@pytest.mark.long
def test_tensorboard_reads_what_was_logged(watched):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(watched["folder"] / "tb"))
    events.Reload()
    history = watched["model"].history
    assert sorted(events.Tags()["scalars"]) == sorted(STATISTICS)
    for name in STATISTICS:
        scalars = events.Scalars(name)
        assert [s.step for s in scalars] == [4, 8, 10]
        np.testing.assert_allclose([s.value for s in scalars], [row[name] for row in history], rtol=1e-6)  # float32
    grids = events.Images("samples")
    assert [g.step for g in grids] == [0, 4, 8, 10] and (grids[0].width, grids[0].height) == (14, 14)
    with Image.open(io.BytesIO(grids[-1].encoded_image_string)) as picture:
        assert picture.size == (14, 14)


@pytest.mark.long
def test_mlflow_holds_what_was_logged(watched):
    import mlflow

    client = mlflow.MlflowClient()
    (run,) = client.search_runs(["0"])
    assert run.info.status == "FINISHED" and run.data.params["batchSize"] == "8" and mlflow.active_run() is None
    for name in STATISTICS:
        logged = client.get_metric_history(run.info.run_id, name)
        assert [(m.step, m.value) for m in logged] == [(r["iteration"], r[name]) for r in watched["model"].history]
    files = [file.path for file in client.list_artifacts(run.info.run_id, "samples")]
    assert files == [f"samples/{i:08d}.png" for i in (0, 4, 8, 10)]


@pytest.mark.long
def test_mlflow_logs_to_the_active_run_and_leaves_it_open(watched, noise, dense_gan):
    import mlflow

    with mlflow.start_run() as run:
        dense_gan(callbacks=[callbacks.MLflow(rows=1, cols=1)]).fit(noise)
        assert mlflow.active_run().info.run_id == run.info.run_id
    client = mlflow.MlflowClient()
    assert [m.step for m in client.get_metric_history(run.info.run_id, "loss/generator")] == [1, 2]


@pytest.mark.long
def test_one_snapshot_serves_all_of_a_chunk(noise, dense_gan, n_jobs):
    jobs = []

    def look(rows, training):
        for seed in (1, 2, 1):
            before = n_jobs()
            training.images(4, seed)
            jobs.append(n_jobs() - before)

    dense_gan(maxIter=1, callbacks=[look]).fit(noise)
    first, second, again = jobs
    assert first == second + 1 and again == 0  # the snapshot takes a job; images requested before are cached


@pytest.mark.long
def test_a_frame_of_samples_outlives_its_moment(noise, dense_gan, pixels):
    frames, early = [], []

    def look(rows, training):
        if training.iteration == 1:
            frames.append(training.generate(4, seed=1))
            early.append(pixels(frames[0]))

    model = dense_gan(maxIter=3, callbacks=[look]).fit(noise)
    assert pixels(frames[0]) == early[0]
    assert frames[0].first()["image"]["origin"] == f"gan:{model.uid}?iteration=1&seed=1&id=0"


@pytest.mark.slow
def test_a_stopped_training_ends_as_a_whole_one(noise, dense_gan, tmp_path):
    def enough(rows, training):
        if training.iteration == 3:
            training.stop("three are enough")

    recorder, grids = Recorder(every=3), callbacks.SampleGrid(str(tmp_path), 100, rows=1, cols=2)
    model = dense_gan(maxIter=50, callbacks=[enough, grids, recorder]).fit(noise)
    assert recorder.end == (3, False, "three are enough") and len(model.history) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["00000000.png", "00000003.png"]
    for a, b in zip(weights(model), weights(dense_gan(maxIter=3).fit(noise))):
        np.testing.assert_array_equal(a, b)


@pytest.mark.long
@pytest.mark.parametrize("method", ["on_begin", "on_chunk"])
def test_an_interruption_ends_the_training_cleanly(noise, dense_gan, method, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    interrupting, recorder = callbacks.Callback(), Recorder()
    setattr(interrupting, method, interrupt)
    grids = callbacks.SampleGrid(str(tmp_path), 100, rows=1, cols=1)
    with pytest.raises(KeyboardInterrupt):
        dense_gan(callbacks=[recorder, grids, interrupting]).fit(noise)
    assert recorder.end == (0 if method == "on_begin" else 1, True, "")
    assert [p.name for p in tmp_path.iterdir()] == ["00000000.png"]
    assert list(bridge.call("resourceUse")) == [0, 0]


@pytest.mark.long
@pytest.mark.parametrize("stddev", [0.0, 0.2], ids=["collapsed", "healthy"])
def test_the_monitor_tells_a_collapsed_generator_from_a_healthy_one(noise, dense_gan, dense_networks, stddev):
    """With zero weights the generator makes the same image from every latent, and at this rate it stays so."""
    networks = dense_networks()
    initialize(networks["generator"], stddev=stddev, seed=0)
    with bridge.quiet_dllib():
        still = {name: SGD(learningrate=1e-9) for name in ("generatorOptimizer", "discriminatorOptimizer")}
    monitor = callbacks.CollapseMonitor(2, 4, n_samples=16)
    gan = dense_gan(**networks, **still, maxIter=8, callbacks=[monitor])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gan.fit(noise)
    found = [str(w.message) for w in caught if w.category is callbacks.CollapseWarning]
    assert len(found) == (stddev == 0)
    assert all(message.startswith("After 6 updates: The generator has collapsed") for message in found)


def test_what_is_no_callback_is_refused_before_any_job(noise, dense_gan, n_jobs):
    before = n_jobs()
    with pytest.raises(TypeError, match="`callbacks` must hold callbacks, not classes. Received: GIF"):
        dense_gan(callbacks=[callbacks.GIF]).fit(noise)
    with pytest.raises(ValueError, match="`historyInterval` must be positive. Received: historyInterval=0"):
        dense_gan(historyInterval=0).fit(noise)
    assert n_jobs() == before


@pytest.mark.slow
def test_states_do_not_pile_up(noise, dense_gan, monkeypatch):
    """The JVM releases what it holds for a sample when training continues."""
    state, given, alive = Replicas.state, [], []

    def noted(self, **arguments):
        found = state(self, **arguments)
        given.append(weakref.ref(found))
        return found

    def sample(rows, training):
        training.images(2)
        alive.append(len({id(ref()) for ref in given if ref() is not None}))

    class Every(callbacks.Callback):
        every = 1

        def on_chunk(self, rows, training):
            sample(rows, training)

    monkeypatch.setattr(Replicas, "state", noted)
    dense_gan(maxIter=12, callbacks=[Every()]).fit(noise)
    assert len(alive) == 12 and max(alive) <= 1


def test_a_function_of_other_arguments_is_refused_before_any_job(noise, dense_gan, n_jobs):
    before = n_jobs()
    with pytest.raises(TypeError, match=r"called with \(rows, training\). Received: look_at_rows\(rows\)"):
        dense_gan(callbacks=look_at_rows).fit(noise)
    assert n_jobs() == before


def test_a_callback_without_a_list(noise, dense_gan):
    recorder = Recorder()
    dense_gan(callbacks=recorder).fit(noise)
    assert recorder.end == (2, False, "")
