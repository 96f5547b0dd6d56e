"""Figures in the history, and the callbacks that go by them, on a simulated training."""

import csv
import io
import json
import math

import pytest
from played_training import Played
from scripted_figures import Scripted

from bigdl_gan.callbacks import Callback, Checkpoint, CSVLogger, EarlyStopping
from bigdl_gan.callbacks.dispatch import check_callbacks
from bigdl_gan.checkpoints import history_file
from bigdl_gan.report.history import STATISTICS, History, mean_row, to_csv, to_pandas


def row(iteration, **others):
    position = {"iteration": iteration, "epoch": 1.0, "images": 8 * iteration, "seconds": 1.0}
    return {**position, **dict.fromkeys(STATISTICS, 0.0), **others}


def figures(rows):
    return [(r["iteration"], r.get("metric/kid")) for r in rows]


def test_a_row_has_the_last_figure_of_its_updates():
    """In an open row, in one that has just been finished, and in means of older rows."""
    history, every = History(2, limit=4), History(1)
    for iteration in range(1, 8):
        for each in (history, every):
            each.extend([row(iteration)])
            if iteration in (1, 2, 3, 6):
                each.record({"metric/kid": float(iteration)})
    assert figures(every.rows) == [(1, 1.0), (2, 2.0), (3, 3.0), (4, None), (5, None), (6, 6.0), (7, None)]
    assert figures(history.finished()) == [(2, 2.0), (4, 3.0), (6, 6.0), (7, None)]
    for iteration in range(8, 17):
        history.extend([row(iteration)])
    assert figures(history.rows)[:2] == [(4, 3.0), (8, 6.0)]  # each a mean of two rows


def test_a_resumed_history_has_the_figures():
    history = History(4)
    history.extend([row(i) for i in range(1, 6)])
    history.record({"metric/kid": 0.1})
    saved = json.loads(json.dumps(history.as_json()))
    assert History.from_json(saved, 4).finished() == history.finished()
    assert history_file.unpack(*history_file.pack(saved)) == saved
    assert figures(history.finished()) == [(4, None), (5, 0.1)]


def test_tables_have_columns_for_the_figures_that_there_are():
    rows = [row(1), row(2, **{"metric/kid": 0.1, "metric/recall": 1 / 3}), row(3)]
    read = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert list(read[0])[-2:] == ["metric/kid", "metric/recall"]
    assert [r["metric/recall"] for r in read] == ["", repr(1 / 3), ""]
    frame = to_pandas(rows)
    assert frame.metric_kid.isna().tolist() == [True, False, True] and frame.metric_recall[1] == 1 / 3
    assert "metric" not in to_csv([row(1)])


def test_who_measures_is_called_first(tmp_path):
    """Functions, loggers and all else see the figures of the same update, wherever they are in the list."""
    seen, path = [], tmp_path / "history.csv"

    def look(rows, training):
        seen.append((rows[-1].get("metric/taste"), training.figures))

    training = Played(3).play(look, CSVLogger(str(path), 1), Scripted({2: 7.0}))
    assert seen == [(None, {}), (7.0, {"taste": 7.0}), (None, {})]
    assert path.read_text() == to_csv(training.history) and ",7.0\n" in path.read_text()


def test_standard_errors_stand_beside_their_figures():
    """In rows of several updates too. Of a figure that is left out, and one that is not finite, there is none."""
    figures = iter([(1.0, 0.1), (math.nan, 0.2), (3.0, math.nan), (4.0, 0.4)])

    class Erring(Scripted):
        def on_chunk(self, rows, training):
            figure, error = next(figures)
            training.record({"taste": figure}, standard_errors={"taste": error})

    with pytest.warns(RuntimeWarning, match="After 2 updates: taste is nan") as told:
        training = Played(4).play(Erring({}))
    assert len(told) == 1
    found = [(r.get("metric/taste"), r.get("standard_error/taste")) for r in training.history]
    assert found == [(1.0, 0.1), (None, None), (3.0, None), (4.0, 0.4)]
    for n, expected in ((2, (1.0, 0.1)), (3, (3.0, None)), (4, (4.0, 0.4))):
        merged = mean_row(training.history[:n])
        assert (merged["metric/taste"], merged.get("standard_error/taste")) == expected
    merged = History(2)
    merged.extend(training.history[:2])
    merged.record({"metric/taste": 2.0})
    assert merged.rows[0]["metric/taste"] == 2.0 and "standard_error/taste" not in merged.rows[0]
    assert to_pandas(training.history).standard_error_taste.dropna().tolist() == [0.1, 0.4]
    with pytest.raises(ValueError, match="`standard_errors` must be of the figures: taste. Received: touch"):
        training.record({"taste": 1.0}, standard_errors={"touch": 0.1})


def test_a_roll_back_forgets_the_later_figures():
    training = Played(4).play(Scripted({1: 1.0, 2: 2.0, 3: 3.0}), back=(3, 1))
    assert [r.get("metric/taste") for r in training.history] == [1.0, 2.0, 3.0, None]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_left_out(value):
    message = f"After 2 updates: taste is {value}, and is left out of the history"
    with pytest.warns(RuntimeWarning, match=message) as told:
        training = Played(3).play(Scripted({1: 1.0, 2: value}))
    assert len(told) == 1
    assert [r.get("metric/taste") for r in training.history] == [1.0, None, None] and not training.figures


def test_nothing_can_be_recorded_before_the_first_update():
    training = Played(1)
    training.metrics = {"kid": False}
    with pytest.raises(RuntimeError, match="recorded from the first update on. Received: some before it"):
        training.record({"kid": 1.0})
    with pytest.raises(ValueError, match="metrics that a callback has in its `metrics`: kid. Received: fid"):
        training.record({"fid": 1.0})


@pytest.mark.parametrize(
    "is_larger_better, mode, values, stops_at",
    [
        (False, "auto", [5, 4, 4, 4], 8),  # equal ones are no improvement
        (True, "auto", [5, 4, 4, 4], 6),
        (True, "auto", [1, 2, 3, 4], None),
        (False, "auto", [1, 2, 3, 4], 6),
        (False, "max", [1, 2, 3, 4], None),
        (True, "min", [1, 2, 3, 4], 6),
    ],
)
def test_stopping_by_a_metric(is_larger_better, mode, values, stops_at):
    """Measured at 2, 4, 6 and 8; the updates between do not count."""
    measuring = Scripted({2 * i + 2: float(v) for i, v in enumerate(values)}, is_larger_better=is_larger_better)
    stopping = EarlyStopping("metric/taste", 2, mode=mode, every=1)
    training = Played(9).play(stopping, measuring)
    assert training.iteration == (stops_at or 9) and bool(training.stop_reason) == bool(stops_at)
    if stops_at:
        assert "metric/taste has not improved on" in training.stop_reason and "in 4 updates" in training.stop_reason


def test_stopping_by_a_mean_of_figures():
    """Of updates 1 to 3 the mean is 2, of 4 to 6 it is 3."""
    measuring = Scripted({1: 1.0, 3: 3.0, 4: 3.0}, is_larger_better=False)
    training = Played(9).play(EarlyStopping("metric/taste", 1, every=3), measuring)
    assert training.iteration == 6 and "on 2 by more than 0 in 3 updates" in training.stop_reason


def test_who_measures_is_called_again_after_a_failure():
    """Its generator has no figure, and those who go by it are named. A stop by what is there: 4 and 3 are no better."""
    measuring = Scripted({1: 5.0, 2: OSError("no space"), 3: 4.0, 4: 3.0})
    who = "`returnBest`='taste' and EarlyStopping on taste"
    message = f"Scripted failed in on_chunk and will be called again .* this generator for {who}. OSError: no space"
    with pytest.warns(RuntimeWarning, match=message) as told:
        training = Played(9).play(EarlyStopping("metric/taste", 2, every=1), measuring, return_best="taste")
    assert len(told) == 1 and training.iteration == 4 and training.dispatcher.unmeasured == {"taste": [2]}
    assert [r.get("metric/taste") for r in training.history] == [5.0, None, 4.0, 3.0]


def test_a_failure_that_nobody_minds_is_told_without_them():
    with pytest.warns(RuntimeWarning, match="again after later updates; training continues. OSError: no space"):
        training = Played(3).play(Scripted({1: OSError("no space"), 2: 1.0}))
    assert [r.get("metric/taste") for r in training.history] == [None, 1.0, None]


def test_a_failure_after_the_figure_leaves_none_unmeasured():
    class Clumsy(Scripted):
        def on_chunk(self, rows, training):
            super().on_chunk(rows, training)
            raise OSError("no space for the table")

    with pytest.warns(RuntimeWarning, match="training continues. OSError: no space for the table"):
        training = Played(2).play(Clumsy({1: 1.0, 2: 2.0}), return_best="taste")
    assert training.dispatcher.unmeasured == {} and training.figures == {"taste": 2.0}


def test_a_roll_back_forgets_the_later_failures():
    """Updates 2 and 3 are done again, and then measured."""
    figures = {1: OSError("once"), 2: OSError("twice")}

    def mend(rows, training):
        if training.iteration == 3:
            figures[2] = 7.0

    with pytest.warns(RuntimeWarning, match="Scripted failed in on_chunk"):
        training = Played(4).play(Scripted(figures), mend, back=(3, 1))
    assert training.dispatcher.unmeasured == {"taste": [1]}
    assert [r.get("metric/taste") for r in training.history] == [None, 7.0, None, None]


class Unable(Scripted):
    def on_begin(self, training):
        raise OSError("no reals")


@pytest.mark.parametrize(
    "observers, options, needing",
    [
        ([], {"return_best": "taste"}, "`returnBest`='taste'"),
        ([EarlyStopping("metric/taste")], {}, "EarlyStopping on taste"),
        ([Checkpoint("", keep_best="taste")], {"return_best": "taste"}, "`returnBest`='taste' and Checkpoint on taste"),
    ],
    ids=["returnBest", "EarlyStopping", "two"],
)
def test_who_must_measure_and_cannot_begin_ends_the_fit(observers, options, needing):
    message = f"Unable must be able to measure, for {needing}. It failed in on_begin, .* OSError: no reals. Correct it"
    training = Played(3)
    with pytest.raises(RuntimeError, match=message):
        training.play(*observers, Unable({}), **options)
    assert training.iteration == 0


def test_who_need_not_measure_and_cannot_begin_is_called_no_more():
    with pytest.warns(RuntimeWarning, match="Unable failed in on_begin and will not be called again") as told:
        training = Played(3).play(Unable({1: 1.0}), EarlyStopping("loss/generator"))
    assert len(told) == 1 and training.iteration == 3 and not any("metric/taste" in row for row in training.history)


def test_a_metrics_name_is_enough():
    assert EarlyStopping("kid").watched == EarlyStopping("metric/kid").watched == "kid"
    assert EarlyStopping("loss/generator").watched == ""


def test_a_checkpoint_of_the_best_is_asked_for_after_each_chunk():
    training = Played(2).play(Checkpoint("x", every=1, keep_best="taste"), Scripted({1: 1.0}))
    assert training.kept == [(1, "x", "taste"), (2, "x", "taste")]  # what comes of it, training decides


class Strange(Callback):
    metrics = {"../taste": True}


@pytest.mark.parametrize(
    "observers, message",
    [
        ([EarlyStopping("kid"), Scripted({})], r"`callbacks` with EarlyStopping needs a callback that measures kid. "
         r"Received: taste measured. Add callbacks.Evaluate\(reals, \['kid'\], features=...\)"),
        ([Checkpoint("x", keep_best="fid")], "with Checkpoint needs .* measures fid. Received: none measured"),
        ([Scripted({}), Scripted({})], "must measure each metric once. Received: two that measure taste"),
        ([Strange()], "named by letters, digits and any of _.- Received: '../taste'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(observers, message):
    with pytest.raises(ValueError, match=message):
        check_callbacks(observers)


def test_metrics_that_are_something_else():
    class Own(Callback):
        metrics = ["mine"]

    with pytest.raises(TypeError, match="Received: Own.metrics of type list. Rename it if it is for something else"):
        check_callbacks([Own()])


def test_the_best_by_what():
    with pytest.raises(TypeError, match="`keep_best` must be a metric's name. Received: keep_best=3"):
        Checkpoint("x", keep_best=3)
