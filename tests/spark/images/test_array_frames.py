"""NumPy arrays in: `images.from_numpy`."""

import inspect
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from pyspark import cloudpickle
from pyspark.sql import DataFrame

from bigdl_gan import images

RNG = np.random.default_rng(0)
GREY, COLOUR = RNG.integers(0, 256, (5, 3, 2, 1), np.uint8), RNG.integers(0, 256, (5, 3, 2, 3), np.uint8)


@pytest.mark.long
@pytest.mark.parametrize("arrays", [GREY, COLOUR, GREY[..., 0], list(COLOUR), [*GREY[..., 0]], tuple(GREY)])
def test_there_and_back(spark, arrays):
    df = images.from_numpy(spark, arrays)
    assert df.schema["image"].dataType == images.IMAGE_SCHEMA
    assert dict(df.dtypes)["id"] == "bigint"
    expected = np.stack(list(arrays))
    np.testing.assert_array_equal(images.to_numpy(df), expected if expected.ndim == 4 else expected[..., None])


def test_what_a_row_holds(spark):
    """1 x 2 pixels: red 1, green 2, blue 3; red 4, green 5, blue 6; stored blue first."""
    row = images.from_numpy(spark, np.array([[[[1, 2, 3], [4, 5, 6]]]], np.uint8)).first()
    image = row.image
    assert (row.id, image.height, image.width, image.nChannels, image.mode) == (0, 1, 2, 3, 16)
    assert (bytes(image.data), image.origin) == (bytes([3, 2, 1, 6, 5, 4]), "arrays[0]")


@pytest.mark.slow
def test_rows_in_order_in_every_core(spark):
    """More images than a batch of Arrow's, and than a batch of Spark's."""
    arrays = np.arange(3000 * 2).reshape(3000, 2, 1).astype(np.uint8)
    arrays = np.repeat(arrays, 5, axis=2)
    df = images.from_numpy(spark, arrays, origins=[f"picture {i}" for i in range(3000)])
    rows = df.selectExpr("id", "image.origin", "image.data").collect()
    assert df.rdd.getNumPartitions() == 2
    assert [row.id for row in rows] == list(range(3000))
    assert [row.origin for row in rows] == [f"picture {i}" for i in range(3000)]
    np.testing.assert_array_equal([np.frombuffer(row.data, np.uint8) for row in rows], arrays.reshape(3000, -1))
    assert df.where("id = 2999").first().id == 2999 and df.count() == 3000


@pytest.mark.long
def test_sizes_and_kinds_may_differ(spark):
    arrays = [GREY[0], COLOUR[0, :1], GREY[1, :, :, 0]]
    for given in (arrays, pd.DataFrame({"image": arrays})["image"]):
        rows = images.from_numpy(spark, given).orderBy("id").collect()
        found = [images.to_array(row.image) for row in rows]
        for array, expected in zip(found, (GREY[0], COLOUR[0, :1], GREY[1])):
            np.testing.assert_array_equal(array, expected)


def test_arrays_that_are_views(spark):
    """Transposed and flipped memory."""
    first = np.transpose(np.ascontiguousarray(np.transpose(COLOUR, (0, 3, 1, 2))), (0, 2, 3, 1))
    np.testing.assert_array_equal(images.to_numpy(images.from_numpy(spark, first[:, ::-1])), COLOUR[:, ::-1])


def test_transparent_parts_are_white(spark):
    """As in `prepare`: black of alpha 0 is white, of alpha 255 black; red of alpha 51 (1/5) is 4/5 white."""
    pixels = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 51]]], np.uint8)
    for arrays in (pixels[None], [pixels]):
        found = images.to_numpy(images.from_numpy(spark, arrays))
        np.testing.assert_array_equal(found, [[[[255] * 3, [0] * 3, [255, 204, 204]]]])


def test_fits_small_squares(spark, dense_gan):
    arrays = RNG.integers(0, 256, (16, 4, 4), np.uint8)
    assert dense_gan().fit(images.from_numpy(spark, arrays)).iteration == 2


WITHOUT_THE_PACKAGE = """
import pickle, sys
import pyarrow as pa
from pyspark.broadcast import Broadcast, _broadcastRegistry
sys.modules["bigdl_gan"] = None  # an import of it fails
number, table, function = pickle.load(sys.stdin.buffer)
_broadcastRegistry[number] = Broadcast.__new__(Broadcast)
_broadcastRegistry[number]._value = table
print([row.to_pydict()["id"] for row in pickle.loads(function)([pa.record_batch([pa.array([1, 2])], ["id"])])])
"""


def test_executors_need_no_package(spark, monkeypatch):
    functions = []
    given = DataFrame.mapInArrow
    monkeypatch.setattr(DataFrame, "mapInArrow", lambda df, f, schema: functions.append(f) or given(df, f, schema))
    images.from_numpy(spark, GREY)
    table = inspect.getclosurevars(functions[0]).nonlocals["table"]
    sent = pickle.dumps((table._jbroadcast.id(), table.value, cloudpickle.dumps(functions[0])))
    done = subprocess.run([sys.executable, "-c", WITHOUT_THE_PACKAGE], input=sent, stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().strip() == "[[1, 2]]"


UNIT = np.array([[[0.0, 1.0]]])


@pytest.mark.parametrize("arrays, error, message", [
    (UNIT, TypeError, r"`arrays` must be uint8, 0 to 255. Received: float64. They go from 0 to 1. Convert them: "
                      r"\(arrays \* 255\).round\(\).astype\('uint8'\)"),
    (-UNIT.astype("f4"), TypeError, r"float32. They go from -1 to -?0. Convert them: \(\(arrays \+ 1\) \* 127.5\)"),
    (UNIT * 255, TypeError, r"go from 0 to 255. Convert them: arrays.round\(\).astype"),
    (UNIT * 1000, TypeError, "go from 0 to 1000. Scale them to 0 to 255"),
    (UNIT * np.nan, TypeError, "go from nan to nan. Scale them"),
    (UNIT.astype(int), TypeError, r"Received: int64. Convert them: arrays.astype\('uint8'\)"),
    (UNIT.astype(int) * 256, TypeError, "Received: int64. They go from 0 to 256: scale them"),
    (UNIT > 0, TypeError, r"Received: bool. Convert them: arrays.astype\('uint8'\) \* 255"),
    ([GREY[0], UNIT[0]], TypeError, r"`arrays\[1\]` must be uint8, .* float64. .*\(arrays\[1\] \* 255\)"),
    ([[1, 2], [3, 4]], ValueError, r"`arrays\[0\]` must be .*Received: shape \(2,\)"),
    (GREY[0, :, :, 0], ValueError, r"Received: shape \(3, 2\). For one image: arrays\[None\]. For flattened ones: arr"),
    (np.zeros((9, 784), "u1"), ValueError, r"shape \(9, 784\). .* For flattened ones: arrays.reshape\(-1, 28, 28\)"),
    (COLOUR[0], ValueError, r"shape \(3, 2, 3\). For one image: arrays\[None\]. For images 3 pixels wide: arrays\["),
    (np.zeros((9, 3, 8, 8), "u1"), ValueError, r"Channels come last: arrays.transpose\(0, 2, 3, 1\)"),
    ([np.zeros((3, 8, 8), "u1")], ValueError, r"Channels come last: arrays\[0\].transpose\(1, 2, 0\)"),
    (np.zeros((9, 8, 8, 2), "u1"), ValueError, r"1, 3 or 4 channels. Received: shape \(9, 8, 8, 2\)\.$"),
    (np.zeros((0, 8, 8), "u1"), ValueError, r"Received: shape \(0, 8, 8\)"),
    ([], ValueError, "`arrays` must hold an image at least. Received: none"),
    (pd.DataFrame({"digit": [GREY[0]]}), TypeError, r"pandas.DataFrame. Pass the column: .*\(spark, df\['digit'\]\)"),
    (None, TypeError, "`arrays` must be a NumPy array, or a list of them. Received: NoneType"),
    ("a.png", TypeError, "a list of them. Received: str"),
])  # fmt: skip
def test_refuses(spark, n_jobs, arrays, error, message):
    before = n_jobs()
    with pytest.raises(error, match=message):
        images.from_numpy(spark, arrays)
    assert n_jobs() == before


def test_the_remedies_work(spark):
    for array, remedy in ((UNIT, "(arrays * 255).round().astype('uint8')"),
                          (UNIT * 2 - 1, "((arrays + 1) * 127.5).round().astype('uint8')")):  # fmt: skip
        with pytest.raises(TypeError) as caught:
            images.from_numpy(spark, array)
        assert remedy in str(caught.value)
        found = images.to_numpy(images.from_numpy(spark, eval(remedy, {"arrays": array})))
        np.testing.assert_array_equal(found, [[[[0], [255]]]])


def test_other_arguments(spark):
    with pytest.raises(ValueError, match="`origins` must name each of the 5 images. Received: 2 origins"):
        images.from_numpy(spark, GREY, origins=["a", "b"])
    with pytest.raises(TypeError, match=r"`spark` must be a SparkSession. Received: ndarray. Write images.from_"):
        images.from_numpy(GREY, spark)
