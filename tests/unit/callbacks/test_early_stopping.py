"""What `EarlyStopping` remembers, on a simulated training that is broken off and resumed."""

import json

import pytest
from played_training import Played

from bigdl_gan.callbacks import EarlyStopping
from bigdl_gan.report.history import History

# The means over 2 are 4.05, 2.1, 2.3, 2.05, 2.25 and 2.3 of which the last two are no better than 2.05
VALUES = [4.0, 4.1, 2.0, 2.2, 2.4, 2.2, 2.0, 2.1, 2.3, 2.2, 2.5, 2.1, 1.0, 1.0]
ROWS = [{"probability/fake": value} for value in VALUES]


def stopping(**changes):
    return EarlyStopping("probability/fake", **{"patience": 2, "every": 2, "mode": "min", **changes})


def resumed(earlier, total=len(VALUES)):
    """A training that begins with what a checkpoint after the earlier one's last update has."""
    training = Played(total)
    history, notes = json.loads(json.dumps([earlier.progress.history.as_json(), earlier.progress.notes]))
    training.progress.go_to(earlier.iteration, History.from_json(history, 1), notes)
    return training


@pytest.mark.parametrize("changes, stops_at", [({}, 12), ({"min_delta": 0.1}, 8), ({"mode": "max"}, 6),
                                               ({"every": 3, "patience": 1}, 12)], ids=str)  # fmt: skip
def test_it_stops_where_an_unbroken_training_does(changes, stops_at):
    """Broken off after each update, also within a mean."""
    unbroken = Played(len(VALUES)).play(stopping(**changes), rows=ROWS)
    assert unbroken.iteration == stops_at
    for done in range(1, stops_at):
        training = resumed(Played(done).play(stopping(**changes), rows=ROWS)).play(stopping(**changes), rows=ROWS)
        assert (training.iteration, training.stop_reason) == (stops_at, unbroken.stop_reason), done


def test_one_that_it_stopped_stays_so():
    earlier = Played(len(VALUES)).play(stopping(), rows=ROWS)
    again = resumed(earlier).play(stopping(), rows=ROWS)
    assert (again.iteration, again.stop_reason) == (12, earlier.stop_reason)


@pytest.mark.parametrize("changes", [{"min_delta": 0.2}, {"mode": "max"}, {"every": 1}], ids=str)
def test_with_another_rule_it_begins_afresh(changes):
    """The first mean is the best so far, so two more come."""
    training = resumed(Played(len(VALUES)).play(stopping(), rows=ROWS)).play(stopping(**changes), rows=ROWS)
    assert training.iteration == 14


def test_with_more_patience_it_continues():
    """Four have been waited for when the last mean, 1.0, is the best."""
    training = resumed(Played(len(VALUES)).play(stopping(), rows=ROWS)).play(stopping(patience=4), rows=ROWS)
    assert training.iteration == 14 and not training.stop_reason


def test_notes_of_an_earlier_update_do_not_count():
    """As in a checkpoint that another callback wrote in the same chunk before this one was called."""
    earlier = Played(11).play(stopping(), rows=ROWS)
    training = resumed(earlier)
    training.progress.iteration = 12
    training.play(stopping(), rows=ROWS)
    assert training.iteration == 14 and not training.stop_reason


def test_two_of_them_remember_apart():
    first, second = stopping(), stopping(min_delta=0.1, patience=9)
    training = Played(5).play(first, second, rows=ROWS)
    assert len(training.progress.notes) == 2
    for callback in (first, second):
        assert training.remembered(callback._key)["iteration"] == 5


def test_a_roll_back_is_to_what_was_known_then():
    """From 10 to 5, within a mean; the stop is where it would be without."""
    training = Played(len(VALUES)).play(stopping(), rows=ROWS, back=(10, 5))
    assert training.iteration == 12


def test_what_is_not_finite_is_not_remembered():
    training = Played(1)
    training.remember("mine", {"a": 1.0, "b": float("inf"), "c": float("nan")})
    kept = training.remembered("mine")
    assert kept == {"a": 1.0} and training.remembered("yours") == {}
    kept["a"] = 2.0
    assert training.remembered("mine") == {"a": 1.0}
