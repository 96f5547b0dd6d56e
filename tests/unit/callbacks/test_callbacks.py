"""Callbacks on a simulated training: no networks, no Spark."""

import sys
import warnings

import numpy as np
import pytest
from PIL import Image
from played_training import Played

from bigdl_gan import callbacks
from bigdl_gan.callbacks import GIF, Callback, CollapseMonitor, CollapseWarning, CSVLogger, EarlyStopping, variety
from bigdl_gan.callbacks.dispatch import Dispatcher, check_callbacks
from bigdl_gan.jvm import bridge
from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.report.history import History, to_csv
from bigdl_gan.report.progress import Progress


class Recorder(Callback):
    def __init__(self, every=0, fails_in=()):
        self.every, self.fails_in, self.calls = every, fails_in, []

    def _note(self, method, training):
        self.calls.append((method, training.iteration))
        if method in self.fails_in:
            raise KeyError("on purpose")

    def on_begin(self, training):
        self._note("on_begin", training)

    def on_chunk(self, rows, training):
        self._note("on_chunk", training)

    def on_rollback(self, training):
        self._note("on_rollback", training)

    def on_end(self, training):
        self._note("on_end", training)


def test_how_far_a_chunk_may_go():
    dispatcher = Dispatcher([Recorder(4), Recorder(6), Recorder()])
    assert [dispatcher.until_next(i) for i in (0, 1, 4, 5, 6, 11, 12)] == [4, 3, 2, 1, 2, 1, 4]
    assert Dispatcher([Recorder(), len]).until_next(3) == float("inf")


@pytest.mark.parametrize(
    "fails_in, calls",
    [
        (("on_begin",), [("on_begin", 0), ("on_end", 2)]),
        (("on_chunk",), [("on_begin", 0), ("on_chunk", 1), ("on_end", 2)]),
        (("on_chunk", "on_end"), [("on_begin", 0), ("on_chunk", 1), ("on_end", 2)]),
        (("on_end",), [("on_begin", 0), ("on_chunk", 1), ("on_chunk", 2), ("on_end", 2)]),
    ],
    ids=str,
)
def test_a_callback_that_fails_is_reported_once_and_called_no_more(fails_in, calls):
    failing, other = Recorder(fails_in=fails_in), Recorder()
    with pytest.warns(RuntimeWarning, match=f"Recorder failed in {fails_in[0]} .* KeyError: 'on purpose'") as caught:
        Played(2).play(failing, other)
    assert len(caught) == 1 and failing.calls == calls
    assert other.calls == [("on_begin", 0), ("on_chunk", 1), ("on_chunk", 2), ("on_end", 2)]


def test_the_chunks_of_a_callback_that_failed_are_its_no_more():
    dispatcher, training = Dispatcher([Recorder(4, fails_in=("on_begin",)), Recorder(6)]), Played(1)
    with pytest.warns(RuntimeWarning, match="Recorder failed"):
        dispatcher.on_begin(training)
    assert dispatcher.until_next(0) == 6


def test_an_interruption_is_not_kept_back_and_spares_nobodys_end():
    class Interrupting(Recorder):
        def on_end(self, training):
            raise KeyboardInterrupt

    other = Recorder()
    dispatcher = Dispatcher([Interrupting(), other])
    with pytest.raises(KeyboardInterrupt):
        dispatcher.on_end(Played(1))
    assert other.calls == [("on_end", 0)]


def test_the_loss_of_a_replica_is_no_failure_of_the_callback():
    class Sampling(Callback):
        def on_chunk(self, rows, training):
            raise bridge.ReplicaLostError("gone")

    dispatcher, training = Dispatcher([Sampling()]), Played(1)
    for _ in range(2):
        with pytest.raises(bridge.ReplicaLostError):
            dispatcher.on_chunk([], training)


def test_going_back(tmp_path):
    """Rolls back from update 6 to update 3; the updates in between are done again."""

    class Acting(callbacks.Periodic):
        acted = ()

        def act(self, training):
            self.acted += (training.iteration,)

    acting, recorder, stopping = Acting(2), Recorder(), EarlyStopping("loss/generator", 1, every=2)
    film, table = GIF(str(tmp_path / "film.gif"), 2, rows=2, cols=2), CSVLogger(str(tmp_path / "history.csv"), 2)
    rows = [{"loss/generator": float(-i), "seconds/update": 1.0} for i in range(8)]
    observers = (acting, recorder, film, table, stopping, callbacks.ProgressBar())
    training = Played(8).play(*observers, rows=rows, back=(6, 3))
    assert acting.acted == (0, 2, 4, 6, 4, 6, 8)
    assert ("on_rollback", 3) in recorder.calls and recorder.calls[-1] == ("on_end", 8)
    assert [row["iteration"] for row in training.history] == list(range(1, 9)) and not training.stop_reason
    assert (tmp_path / "history.csv").read_text() == to_csv(training.history)
    assert [level for level, _ in levels(tmp_path / "film.gif")] == [0, 2, 4, 6, 8]


def test_functions_are_called_with_rows_and_training():
    seen = []

    def look(rows, training):
        seen.append((rows[0]["iteration"], training.iteration, training.total))

    def broken(rows, training):
        raise ValueError("no")

    with pytest.warns(RuntimeWarning, match="broken failed in on_chunk .* ValueError: no"):
        Played(2).play(look, broken)
    assert seen == [(1, 1, 2), (2, 2, 2)]


def test_what_is_no_callback():
    check_callbacks([Recorder(), print, max, lambda rows, training: None])
    with pytest.raises(TypeError, match=r"not classes. Received: ProgressBar. Pass ProgressBar\(...\)"):
        check_callbacks([callbacks.ProgressBar])
    with pytest.raises(TypeError, match="`callbacks` must hold .* Received: str"):
        check_callbacks(["progress"])


class Method:
    def look(self, rows):
        raise AssertionError("never called")


def only_rows(rows):
    raise AssertionError("never called")


@pytest.mark.parametrize(
    "callback, received",
    [
        (only_rows, r"\(rows, training\). Received: only_rows\(rows\)"),
        (Method().look, r"\(rows, training\). Received: Method.look\(rows\)"),
        (lambda rows, training, more: None, r"\(rows, training\). Received: .*<lambda>\(rows, training, more\)"),
        (len, r"\(rows, training\). Received: len\(obj, /\)"),
        (type("Brief", (Callback,), {"on_chunk": only_rows})(), r"\(rows, training\). Received: Brief.on_chunk\(\)"),
        (type("Bare", (Callback,), {"on_end": lambda self: None})(), r"\(training\). Received: Bare.on_end\(\)"),
    ],
    ids=["function", "method", "lambda", "builtin", "on_chunk", "on_end"],
)
def test_functions_of_other_arguments(callback, received):
    with pytest.raises(TypeError, match=f"`callbacks` will be called with {received}. Give it these arguments"):
        check_callbacks([callback])


def test_functions_of_more_than_they_need():
    check_callbacks([lambda *any: None, lambda rows, training, more=1: None, lambda a, b, **options: None])


@pytest.mark.parametrize("name", ["on_train_end", "on_epoch_end", "on_chunks"])
@pytest.mark.parametrize("base", [Callback, callbacks.Periodic])
def test_a_misspelt_hook(name, base):
    with pytest.raises(TypeError, match=f"be on_begin, on_chunk, on_rollback, on_end.* Received: Mine.{name}. Rename"):
        type("Mine", (base,), {name: lambda self, training: None})


def test_what_only_begins_like_a_hook():
    members = {"on_gpu": False, "only": lambda self: 1, "on_end": lambda self, training: None}
    assert type("Mine", (Callback,), members)().only() == 1


def test_a_single_callback_is_a_list_of_one():
    bar, gan = callbacks.ProgressBar(), GANParams()
    for value, expected in [(bar, [bar]), (print, [print]), ([bar], [bar]), ((bar, print), [bar, print]), ([], [])]:
        assert gan._set(callbacks=value).getCallbacks() == expected
    for value in ("progress", 3):
        with pytest.raises(TypeError, match=f"or a list of these. Received: {type(value).__name__}"):
            gan._set(callbacks=value)


@pytest.mark.parametrize("total, expected", [(6, [0, 3, 6]), (7, [0, 3, 6, 7]), (2, [0, 2])])
def test_periodic_callbacks_act_first_at_the_multiples_and_last(total, expected):
    class Acting(callbacks.Periodic):
        def act(self, training):
            acted.append(training.iteration)

    for _ in range(2):  # one object may serve several trainings
        acted = []
        Played(total).play(Acting(3))
        assert acted == expected
    acted, failed = [], Played(5)
    failed.progress.finish(failed=True)
    Acting(3).on_end(failed)
    assert acted == []


def test_grids_are_named_by_their_update(tmp_path):
    Played(5).play(callbacks.SampleGrid(str(tmp_path / "new"), 2, rows=1, cols=3))
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == [f"{i:08d}.png" for i in (0, 2, 4, 5)]
    with Image.open(tmp_path / "new" / "00000004.png") as picture:
        assert picture.size == (3 * 4 + 2, 1 * 4 + 2) and picture.getpixel((2, 2)) == 4


def levels(path):
    """The grey level of the first cell in each frame of a GIF, and how long each frame stays."""
    with Image.open(path) as film:
        found = []
        for index in range(film.n_frames):
            film.seek(index)
            found.append((film.convert("L").getpixel((2, 2)), film.info["duration"]))
        return found


def test_a_film_has_the_first_the_multiples_and_the_last(tmp_path):
    Played(50).play(GIF(str(tmp_path / "film.gif"), 20, rows=2, cols=2, frame_milliseconds=100))
    assert levels(tmp_path / "film.gif") == [(0, 100), (20, 100), (40, 100), (50, 2000)]


def test_a_film_keeps_its_length_and_its_even_pace(tmp_path):
    Played(100).play(GIF(str(tmp_path / "film.gif"), 10, rows=1, cols=1, max_frames=5))
    # full at 40, then 0, 20, 40, 60, 80 are full, then 0, 40, 80 and the last
    assert [level for level, _ in levels(tmp_path / "film.gif")] == [0, 40, 80, 100]


def test_a_film_goes_on_where_its_training_does(tmp_path):
    path = str(tmp_path / "film.gif")
    Played(6).play(GIF(path, 2, rows=1, cols=2))
    resumed = Played(8)
    resumed.progress.iteration = 4  # update 6, which has a frame, is done again
    resumed.play(GIF(path, 2, rows=1, cols=2))
    assert [level for level, _ in levels(tmp_path / "film.gif")] == [0, 2, 4, 6, 8]
    other = Played(8)
    other.progress.iteration = 4
    other.play(GIF(path, 2, rows=2, cols=2))  # another size: not the same GIF
    assert [level for level, _ in levels(tmp_path / "film.gif")] == [4, 6, 8]
    (tmp_path / "film.gif").write_bytes(b"no film")
    broken = Played(6)
    broken.progress.iteration = 4
    broken.play(GIF(path, 2))
    assert [level for level, _ in levels(tmp_path / "film.gif")] == [4, 6]


def test_a_film_is_on_disk_before_the_end(tmp_path):
    film = GIF(str(tmp_path / "film.gif"), 1)
    lengths = []
    Played(4).play(film, lambda rows, training: lengths.append(len(levels(tmp_path / "film.gif"))))
    assert lengths == [2, 2, 4, 4]  # of 2, 3, 4 and 5 frames so far
    assert len(levels(tmp_path / "film.gif")) == 5


def test_the_table_grows_and_equals_the_history(tmp_path):
    path, lines = tmp_path / "history.csv", []
    training = Played(5)
    training.play(CSVLogger(str(path), 2), lambda rows, _: lines.append(len(path.read_text().splitlines())))
    assert lines == [1, 3, 3, 5, 5]  # the header, and the rows up to the last multiple of 2
    assert path.read_text() == to_csv(training.history) and len(training.history) == 5
    assert [p.name for p in tmp_path.iterdir()] == ["history.csv"]


@pytest.mark.long
def test_curves_are_drawn_once_there_is_something_to_draw(tmp_path):
    sizes = []
    path = tmp_path / "curves.png"
    Played(3).play(callbacks.Curves(str(path), 2), lambda rows, _: sizes.append(path.exists()))
    assert sizes == [False, True, True]
    with Image.open(path) as picture:
        assert picture.format == "PNG"


@pytest.mark.parametrize(
    "values, mode, min_delta, stops_at",
    [
        # the means over 2 updates are 3, 2, 2, 2.5: two in a row that are not better than 2
        ([4, 2, 2, 2, 2, 2, 2, 3, 0, 0], "min", 0.0, 8),
        ([4, 2, 2, 2, 1, 1, 0, 0, 0, 0], "min", 0.0, 0),  # 3, 2, 1, 0, 0
        ([4, 2, 2, 2, 2.5, 2.5, 0, 0, 0, 0], "min", 1.0, 6),  # 3, then 2: better by 1, not by more
        ([4, 2, 2, 2, 1, 1, 9, 9, 9, 9], "max", 0.0, 6),
        ([1, 1, float("nan"), 0, 0, float("nan"), 5, 5, 5, 5], "max", 0.0, 6),
    ],
)
def test_early_stopping(values, mode, min_delta, stops_at):
    stopping = EarlyStopping("probability/fake", 2, min_delta=min_delta, mode=mode, every=2)
    for _ in range(2):
        training = Played(10).play(stopping, rows=[{"probability/fake": float(v)} for v in values])
        assert training.iteration == (stops_at or 10)
        assert bool(training.stop_reason) == bool(stops_at)
    if stops_at:
        assert "probability/fake has not improved" in training.stop_reason and "in 4 updates" in training.stop_reason


def test_samples_are_of_the_present_generator():
    """One snapshot serves a chunk, and none another: not even after a way back to an update of the same number."""
    progress, snapshots = Progress(total=9, batch_size=8, n_images=32), []

    class Snapshot:
        def __init__(self):
            snapshots.append(self)

        def generate(self, n, seed):
            return self

    training = callbacks.Training(
        progress, Snapshot, lambda folder, keep: None, params={}, metrics={}, keep_best=lambda folder, metric: None
    )
    for _ in range(2):
        progress.go_to(0, History(1))
        progress.advance([{"iteration": 1, "loss/generator": 0.0}])
        assert training.generate(1) is training.generate(2, seed=1) is snapshots[-1]
    assert len(snapshots) == 2


def test_the_first_reason_counts():
    training = Played(1)
    training.stop("one")
    training.stop("two")
    assert training.stop_reason == "one"


def test_variety_by_hand():
    black, grey, white = (np.full((1, 2, 1), level, np.uint8) for level in (0, 51, 255))
    # nearest: black - grey 0.2, grey - black 0.2, white - grey 0.8
    np.testing.assert_allclose(variety(np.stack([black, grey, white])), (0.2 + 0.2 + 0.8) / 3, rtol=1e-9)
    half = np.array([0, 255], np.uint8).reshape(1, 2, 1)  # of two pixels one differs: sqrt(1/2)
    np.testing.assert_allclose(variety(np.stack([black, half])), 0.5**0.5, rtol=1e-9)
    assert variety(np.stack([black, black, white, white])) == 0  # two pictures, each with a twin
    with pytest.raises(ValueError, match="`images` must be at least 2. Received: 1"):
        variety(black[None])


HEALTHY = np.random.default_rng(0).integers(0, 256, size=(16, 4, 4, 1), dtype=np.uint8)
TWO_PICTURES = HEALTHY[np.arange(16) % 2]


def warned(monitor, total, pictures, rows=()):
    """When it warned, and about what, with the images that `pictures` gives for each update."""
    training = Played(total)
    training.images = lambda n, seed: pictures(training.iteration)[:n]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        training.play(monitor, rows=rows)
    assert all(w.category is CollapseWarning for w in caught)
    return [str(w.message)[:len("After 00 updates: The generator")] for w in caught]


@pytest.mark.parametrize(
    "pictures, expected",
    [
        (lambda i: HEALTHY, []),
        (lambda i: TWO_PICTURES, ["After 30 updates: The generator"]),  # wrong since 10
        (lambda i: HEALTHY // 8 if i > 20 else HEALTHY, ["After 50 updates: The generator"]),  # an eighth of it
        (lambda i: HEALTHY // 4 if i > 20 else HEALTHY, []),  # a fourth: above the default's fifth
        (lambda i: TWO_PICTURES if i == 20 else HEALTHY, []),  # for less than the patience
    ],
)
def test_collapse_of_the_generator(pictures, expected):
    monitor = CollapseMonitor(10, 20, n_samples=16)
    for _ in range(2):
        assert warned(monitor, 60, pictures) == expected


def test_a_second_collapse_is_warned_of_again():
    found = warned(CollapseMonitor(5, 5), 40, lambda i: HEALTHY if i == 20 else TWO_PICTURES)
    assert found == ["After 10 updates: The generator", "After 30 updates: The generator"]


@pytest.mark.parametrize(
    "real, fake, norm, expected",
    [
        (1.0, 1.0, 1e-6, ["After 6 updates: The discrimina"]),  # since the first update, for 5
        (1.0, 1.0, 0.5, []),  # the generator still learns
        (1.0, 0.99, 1e-6, []),
        (0.99, 1.0, 1e-6, []),
    ],
)
def test_the_discriminator_has_won(real, fake, norm, expected):
    rows = [{"accuracy/real": real, "accuracy/fake": fake, "gradient_norm/generator": norm}] * 12
    assert warned(CollapseMonitor(10, 5), 12, lambda i: HEALTHY, rows) == expected


@pytest.mark.parametrize("make, package", [
    (lambda: callbacks.TensorBoard("logs"), "tensorboard"), (lambda: callbacks.MLflow(), "mlflow"),
])  # fmt: skip
def test_a_missing_extra_is_named(make, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)  # makes Python report "not found"
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(RuntimeError, match=rf"needs the package {package}.* pip install 'bigdl_gan\[{package}\]'"):
        make()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: callbacks.SampleGrid("x", 0), "`every` must be an integer from 1 on. Received: every=0"),
        (lambda: callbacks.GIF("x", 5, max_frames=2), "`max_frames` must be an integer from 3 on"),
        (lambda: callbacks.GIF("x", 5, seed=2**64), "`seed` must be an integer from -92233720368547"),
        (lambda: callbacks.TensorBoard("hdfs:///logs"), "`log_dir` must be a local folder. Received: log_dir=hdfs:"),
        (lambda: EarlyStopping("loss"), "`statistic` must be one of loss/generator, .* Received: statistic='loss'"),
        (lambda: EarlyStopping("loss/generator", mode="least"), "`mode` must be one of auto, min, max"),
        (lambda: EarlyStopping("loss/generator", 0), "`patience` must be an integer from 1 on"),
        (lambda: EarlyStopping("loss/generator", min_delta=-1.0), "`min_delta` must be a finite number from 0 on"),
        (lambda: EarlyStopping("loss/generator", min_delta=float("nan")), "Received: min_delta=nan"),
        (lambda: CollapseMonitor(patience=0), "`patience` must be an integer from 1 on"),
        (lambda: CollapseMonitor(n_samples=1), "`n_samples` must be an integer from 2 on"),
        (lambda: CollapseMonitor(min_share=2), "`min_share` must be a finite number from 0 to 1"),
    ],
)
def test_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("value", [True, 2.0, 2.5, float("inf"), "2", None])
@pytest.mark.parametrize(
    "make, names",
    [
        (lambda **k: callbacks.SampleGrid("x", **k), ("every", "rows", "cols", "seed")),
        (lambda **k: callbacks.GIF("x", **k), ("every", "rows", "cols", "seed", "frame_milliseconds", "max_frames")),
        (lambda **k: callbacks.TensorBoard("x", **k), ("every", "rows", "cols", "seed")),
        (callbacks.MLflow, ("every", "rows", "cols", "seed")),
        (lambda **k: CSVLogger("x", **k), ("every",)),
        (lambda **k: callbacks.Curves("x", **k), ("every",)),
        (lambda **k: callbacks.Checkpoint("x", **k), ("every", "keep")),
        (lambda **k: EarlyStopping("loss/generator", **k), ("every", "patience")),
        (CollapseMonitor, ("every", "patience", "n_samples", "seed")),
    ],
)
def test_counts_are_integers(make, names, value):
    for name in names:
        with pytest.raises(TypeError, match=f"`{name}` must be an integer.* Received: {name}="):
            make(**{name: value})


def test_numpys_numbers():
    stopping = EarlyStopping("probability/fake", np.int64(2), min_delta=np.float32(0.5), every=np.int32(2))
    assert Played(10).play(stopping).iteration == 6
    assert callbacks.SampleGrid("x", np.int64(5), rows=np.int8(2)).every == 5


@pytest.mark.parametrize("every, error", [(-1, ValueError), (2.5, TypeError), (True, TypeError)])
def test_every_of_ones_own(every, error):
    with pytest.raises(error, match="`every` must be an integer from 0 on. Received: every="):
        check_callbacks([Recorder(every)])
