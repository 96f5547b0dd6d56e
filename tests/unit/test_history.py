import csv
import io

import pytest
from pyspark import SparkContext

from bigdl_gan.history import POSITION, STATISTICS, History, to_csv, write_csv


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
    assert [history.rows[1][name] for name in POSITION] == [5, 2.5, 40, 5.0]  # the last update's, not means
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


def test_a_uri_needs_a_session(monkeypatch):
    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    with pytest.raises(RuntimeError, match="there is none. Received: path=hdfs:///history.csv"):
        write_csv([row(1, 0.1)], "hdfs:///history.csv")
