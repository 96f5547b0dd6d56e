"""Rows as blocks, and blocks sent to executors that lack the package."""

import pickle
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from bigdl_gan.jvm.by_value import by_value
from bigdl_gan.metrics import feature_set, tasks
from bigdl_gan.metrics.tasks import packing
from bigdl_gan.metrics.tasks.packing import blocks_of, pack, pick
from bigdl_gan.metrics.tasks.pairs import Table, kernel_sums
from bigdl_gan.metrics.tasks.sums import Sums, block_sums, in_order, merged_sums

ROWS = np.arange(30, dtype=np.float32).reshape(10, 3)


def batch(rows, start, **others):
    lists = pa.array([None if row is None else list(row) for row in rows], pa.list_(pa.float32()))
    return pa.RecordBatch.from_pydict({"id": list(range(start, start + len(rows))), "label": ["x"] * len(rows),
                                       "features": lists, **others})  # fmt: skip


def packed(batches):
    return [row for block in pack(batches) for row in block.to_pylist()]


def test_blocks_cross_batches(monkeypatch):
    """Blocks of 4 rows from batches of 3, 0, 6 and 1."""
    monkeypatch.setattr(packing, "BLOCK_BYTES", 4 * 3 * 4)
    blocks = packed([batch(ROWS[:3], 0), batch(ROWS[:0], 3), batch(ROWS[3:9], 3), batch(ROWS[9:], 9)])
    assert [(b["partition"], b["block"], b["n"], b["width"], b["classes"]) for b in blocks] == [
        (0, 0, 4, 3, 0), (0, 1, 4, 3, 0), (0, 2, 2, 3, 0),
    ]  # fmt: skip
    assert [b["ids"] for b in blocks] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert blocks[2]["labels"] == ["x", "x"]
    np.testing.assert_array_equal(np.concatenate([np.frombuffer(b["features"], "<f4") for b in blocks]), ROWS.ravel())
    np.testing.assert_array_equal(np.frombuffer(blocks[1]["total"], "<f8"), ROWS[4:8].sum(0))
    assert packed([]) == []


def test_probabilities():
    likely = pa.array([[0.25, 0.75]] * 10, pa.list_(pa.float32()))
    block = packed([batch(ROWS, 0, probabilities=likely)])[0]
    assert block["classes"] == 2
    np.testing.assert_array_equal(np.frombuffer(block["probabilities"], "<f4"), [0.25, 0.75] * 10)


@pytest.mark.parametrize("rows, match", [
    ([[1, 2, 3], None], "must give `features` for each row. Received: null"),
    ([[1, 2, 3], [1, None, 3]], "must give `features` for each row. Received: null"),
    ([[1, 2, 3], [1, 2]], "must give as many `features` for each row. Received: 2 to 3"),
    ([[], []], "must give as many `features` for each row. Received: 0 to 0"),
    ([[1, 2, 3], [1, np.nan, np.inf]], "`features` must be finite. Received: 2 that are not"),
])  # fmt: skip
def test_features_that_cannot_be_used(rows, match):
    with pytest.raises(ValueError, match=match):
        packed([batch(rows, 0)])


def test_pick():
    rows = [(0, 0, 4, ROWS[:4].tobytes(), [1, 2, 3, 4]), (0, 1, 2, ROWS[4:6].tobytes(), [5, 6])]
    found = list(pick(rows, {(0, 0): np.array([1, 3])}))
    assert [row[:3] for row in found] == [(0, 0, 2)] and found[0][4] == [2, 4]
    np.testing.assert_array_equal(next(blocks_of([found[0][:4]])).values, ROWS[[1, 3]])


def test_merged_in_the_order_of_places():
    parts = [(1, (place, Sums(1, np.array([value]), np.zeros((1, 1)))))
             for place, value in ((2, -1e16), (0, 1.0), (1, 1e16))]  # fmt: skip
    assert [(group, one.total[0]) for group, one in in_order(parts, merged_sums)] == [(1, 0.0)]  # 1 is lost at first
    assert list(in_order([], merged_sums)) == []


SCRIPT = """
import pickle, sys
import numpy as np
sys.modules["bigdl_gan"] = None  # an import of it fails
task, blocks_of, by_partition, args = pickle.loads(pickle.loads(sys.stdin.buffer.read())["task"])
rows = [(0, 0, 2, np.ones((2, 3), "<f4").tobytes())]
print([value for part in by_partition(rows) for _, value in task(blocks_of(part), *args)][0])
"""


def test_executors_need_no_package():
    table = Table(np.ones((4, 3), np.float32), 0, True)
    sent = by_value((kernel_sums, blocks_of, packing.by_partition, (table, "cubic", {})), tasks)
    done = subprocess.run([sys.executable, "-c", SCRIPT], input=pickle.dumps({"task": sent}), stdout=subprocess.PIPE,
                          check=True)  # fmt: skip
    assert done.stdout.decode().strip() == "[32. 32.]"  # four rows, (3 / 3 + 1)^3 each


def test_parts_of_parts():
    """Rows of rows are numbered in the whole side."""
    entries = [feature_set.Entry(0, 0, 4), feature_set.Entry(1, 0, 6)]
    frame = SimpleNamespace()
    whole = feature_set.FeatureSet("fakes", frame, entries, width=3, n_classes=0, centre=np.zeros(3))
    rows = [(0, 0, 4, ROWS[:4].tobytes()), (1, 0, 6, ROWS[4:].tobytes())]
    whole._held["features"] = rows
    part = whole.only(np.array([1, 3, 4, 9])).only(np.array([1, 2]))
    assert (part.n, [entry.key for entry in part.index]) == (2, [(0, 0), (1, 0)])
    np.testing.assert_array_equal(np.concatenate([table.values for table in part.tables()]), ROWS[[3, 4]])
    moments = whole.fold(block_sums, merged_sums, np.zeros(3))
    np.testing.assert_array_equal(moments.total, ROWS.sum(0))
