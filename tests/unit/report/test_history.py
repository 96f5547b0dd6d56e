import csv
import io
import json

import pytest
from pyspark import SparkContext

from bigdl_gan.checkpoints import history_file
from bigdl_gan.report.history import (
    POSITION,
    STATISTICS,
    History,
    last_iteration,
    rows_after,
    to_csv,
    to_pandas,
    write_csv,
)


def row(iteration, value):
    position = {"iteration": iteration, "epoch": iteration / 2, "images": 8 * iteration, "seconds": float(iteration)}
    return {**position, **{name: value for name in STATISTICS}}


def values(rows):
    return [(r["iteration"], r["loss/generator"]) for r in rows]


def test_rows_end_at_the_multiples_however_the_updates_come():
    history = History(3)
    for part in ([row(1, 1.0)], [row(2, 2.0), row(3, 6.0), row(4, 5.0)], [row(5, 7.0)]):
        history.extend(part)
    assert values(history.rows) == [(3, 3.0)]
    history.close()
    assert values(history.rows) == [(3, 3.0), (5, 6.0)]  # the last of two updates
    assert [history.rows[1][name] for name in POSITION] == [5, 2.5, 40, 5.0]  # the last update's values, not means
    history.close()
    assert len(history.rows) == 2


def test_an_interval_of_one_keeps_every_update():
    history = History(1)
    history.extend([row(1, 0.1), row(2, 0.2)])
    assert history.rows == [row(1, 0.1), row(2, 0.2)]


def test_a_table_holds_every_number_exactly(tmp_path):
    rows = [row(1, 0.1), row(2, 1 / 3)]
    write_csv(rows, str(tmp_path / "new" / "history.csv"))
    text = (tmp_path / "new" / "history.csv").read_text()
    read = list(csv.DictReader(io.StringIO(text)))
    assert [{name: float(value) for name, value in r.items()} for r in read] == rows
    assert text.splitlines()[0].split(",") == [*POSITION, *STATISTICS]
    assert to_csv(rows[1:], header=False) == text.splitlines(keepends=True)[2]


def test_penalties_are_in_the_rows_that_have_them(tmp_path):
    """Means are over those; a table has columns for the penalties that there are."""
    rows = [{**row(1, 1.0), "penalty/r1": 2.0}, row(2, 3.0), {**row(3, 5.0), "penalty/r1": 4.0}, row(4, 7.0)]
    history = History(2)
    history.extend(rows)
    assert [(r["penalty/r1"], r["loss/generator"]) for r in history.rows] == [(2.0, 2.0), (4.0, 6.0)]
    assert History.from_json(history.as_json(), 2).rows == history.rows
    assert history_file.unpack(*history_file.pack(history.as_json())) == history.as_json()
    assert to_csv(rows).splitlines()[0].split(",") == [*POSITION, *STATISTICS, "penalty/r1"]
    assert to_csv(rows).splitlines()[2].endswith(",")
    frame = to_pandas(rows)
    assert frame.columns[-1] == "penalty_r1" and frame.penalty_r1.isna().tolist() == [False, True, False, True]


def test_a_uri_needs_a_session(monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    with pytest.raises(RuntimeError, match="needs a running Spark session. Received: path=hdfs:///history.csv"):
        write_csv([row(1, 0.1)], "hdfs:///history.csv")


def updates(n, start=1):
    return [row(i, float(i)) for i in range(start, start + n)]


def widths(rows):
    """How many updates each row covers, and whether its mean is right."""
    ends = [0, *(r["iteration"] for r in rows)]
    for begin, r in zip(ends, rows):
        assert r["loss/generator"] == (begin + 1 + r["iteration"]) / 2
    return [end - begin for begin, end in zip(ends, ends[1:])]


def test_older_rows_become_means_over_more_updates():
    history = History(1, limit=4)
    seen = []
    for r in updates(14):
        history.extend([r])
        seen.append(widths(history.rows))
    assert seen[:6] == [[1] * 1, [1] * 2, [1] * 3, [1] * 4, [1] * 5, [2, 1, 1, 1, 1]]
    assert seen[9:] == [[2, 2, 2, 1, 1, 1, 1], [2, 2, 2, 1, 1, 1, 1, 1], [4, 4, 1, 1, 1, 1],
                        [4, 4, 1, 1, 1, 1, 1], [4, 4, 1, 1, 1, 1, 1, 1]]  # fmt: skip


def test_however_long_the_training_there_are_no_more_rows():
    history = History(1, limit=8)
    for r in updates(3000):
        history.extend([r])
        assert len(history.rows) < 8 + 8 + history.as_json()["width"]
    assert sum(widths(history.rows)) == 3000 and set(widths(history.rows)[-8:]) == {1}


def test_a_resumed_history_is_that_of_an_uninterrupted_one_wherever_it_broke_off():
    whole = History(3, limit=4)
    whole.extend(updates(100))
    for done in range(1, 100):
        begun = History(3, limit=4)
        begun.extend(updates(done))
        data, about = history_file.pack(begun.as_json())
        resumed = History.from_json(history_file.unpack(data, about), 3, limit=4)
        for r in updates(100 - done, start=done + 1):
            resumed.extend([r])
        assert resumed.as_json() == whole.as_json() and resumed.finished() == whole.finished()


def test_a_long_history_of_an_earlier_version_is_thinned_as_if_it_had_always_been():
    whole = History(1, limit=4)
    whole.extend(updates(50))
    assert History.from_json({"rows": updates(50), "open": []}, 1, limit=4).as_json() == whole.as_json()


def test_finished_is_as_after_close_and_changes_nothing():
    history = History(4, limit=4)
    history.extend(updates(35))
    before, finished = json.dumps(history.as_json()), history.finished()
    assert json.dumps(history.as_json()) == before
    history.close()
    assert history.rows == finished and finished[-1]["iteration"] == 35


def test_a_file_holds_every_number_exactly():
    rows = [{**row(1, 0.1), "iteration": 2**52 + 1}, {**row(2, 1 / 3), "later": -1e-300}]
    saved = {"older": [], "width": 2, "rows": rows[:1], "open": rows[1:]}
    data, about = history_file.pack(saved)
    back = history_file.unpack(data, json.loads(json.dumps(about)))
    assert back == saved and "later" not in back["rows"][0] and isinstance(back["rows"][0]["iteration"], int)
    assert len(data) == 8 * 2 * (len(row(1, 0.1)) + 1)
    empty, about = history_file.pack(History(1).as_json())
    assert history_file.unpack(empty, about) == History(1).as_json()


def test_rows_after_an_update_are_found_when_their_places_have_changed():
    history = History(1, limit=4)
    logged = []
    for r in updates(40):
        history.extend([r])
        logged += rows_after(history.rows, last_iteration(logged))
    assert [r["iteration"] for r in logged] == list(range(1, 41))
    assert rows_after([], 0) == [] and last_iteration([]) == 0


def test_a_pandas_frame():
    rows = [{**row(1, 0.5), "images": 8, "epoch": 0.25, "seconds": 1.5}, {**row(2, 0.25), "images": 16}]
    frame = to_pandas(rows)
    assert list(frame.columns) == [name.replace("/", "_") for name in (*POSITION, *STATISTICS)]
    assert frame.iteration.tolist() == [1, 2] and frame.images.tolist() == [8, 16]
    assert frame.loss_generator.tolist() == [row["loss/generator"] for row in rows]
    assert frame.seconds[0] == 1.5 and set(map(str, frame.dtypes)) == {"int64", "float64"}


def test_a_pandas_frame_of_less():
    frame = to_pandas([{"iteration": 3, "loss/generator": 1.0}])
    assert frame.loss_generator.tolist() == [1.0] and frame.loss_discriminator.isna().all()
    assert frame.images.isna().all()
    assert to_pandas([]).shape == (0, len(POSITION) + len(STATISTICS))
