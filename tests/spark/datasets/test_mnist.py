import gzip
import shutil
import subprocess
import sys

import numpy as np
import pytest
from pyspark.ml.image import ImageSchema

from bigdl_gan import datasets, images
from bigdl_gan.datasets.idx_images import SAMPLE

# three images of 2 x 2, labels 5, 0, 5
PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
LABELS = np.array([5, 0, 5], np.uint8)


def idx(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(PIXELS))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(LABELS))
    return tmp_path


@pytest.mark.long
def test_bundled_sample(spark):
    df = datasets.mnist(spark)
    assert df.schema["image"].dataType == images.IMAGE_SCHEMA
    assert images.is_image_type(ImageSchema.columnSchema)
    assert df.columns == ["image", "label"]
    assert df.rdd.getNumPartitions() == 2
    assert df.count() == 10_000
    # counted in the original label file
    counts = [row["count"] for row in df.groupBy("label").count().orderBy("label").collect()]
    assert counts == [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]


def test_first_image_is_the_first_in_the_file(spark):
    row = datasets.mnist(spark).first()
    with gzip.open(f"{SAMPLE}/train-images-idx3-ubyte.gz") as file:
        first = file.read()[16:16 + 784]
    assert bytes(row.image.data) == first
    assert (row.label, row.image.height, row.image.width, row.image.nChannels, row.image.mode) == (5, 28, 28, 1, 0)
    assert row.image.origin.endswith("train-images-idx3-ubyte.gz#0")


def test_from_a_folder(spark, folder):
    rows = datasets.mnist(spark, path=folder.as_uri()).collect()
    assert [row.label for row in rows] == [5, 0, 5]
    np.testing.assert_array_equal([images.to_array(row.image)[:, :, 0] for row in rows], PIXELS)


def test_digits_keep_the_position_in_the_file(spark, folder):
    rows = datasets.mnist(spark, path=str(folder), digits=[5]).collect()
    assert [row.image.origin for row in rows] == [f"{folder}/train-images-idx3-ubyte#{i}" for i in (0, 2)]
    np.testing.assert_array_equal([images.to_array(row.image)[:, :, 0] for row in rows], PIXELS[[0, 2]])


def test_digit_that_does_not_occur(spark, folder):
    assert datasets.mnist(spark, path=str(folder), digits=[1]).count() == 0


def test_test_split_gzipped_and_with_dots(spark, tmp_path):
    (tmp_path / "t10k-images.idx3-ubyte.gz").write_bytes(gzip.compress(idx(PIXELS)))
    (tmp_path / "t10k-labels.idx1-ubyte").write_bytes(idx(LABELS))
    assert datasets.mnist(spark, path=str(tmp_path), split="test").count() == 3


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"split": "val"}, ValueError, "`split` must be \"train\" or \"test\". Received: split='val'"),
        ({"digits": [3, 256]}, ValueError, "`digits` must be an integer from 0 to 255. Received: digits=256"),
        ({"digits": []}, ValueError, r"`digits` must be one or more of 0 to 255. Received: digits=\[\]"),
        ({"digits": "3"}, TypeError, "`digits` must be an integer from 0 to 255. Received: digits='3'"),
        ({"digits": [3.0]}, TypeError, "Received: digits=3.0. Pass 3."),
        ({"digits": [True]}, TypeError, "Received: digits=True"),
        ({"split": "test"}, FileNotFoundError, "has split='train' only. Received: split='test'. Pass path=... for"),
        ({"prefix": "a-"}, FileNotFoundError, "must hold one of a-train-images-idx3-ubyte, .*images-idx3-ubyte.gz"),
        ({"path": "/no/such"}, FileNotFoundError, "`path` must be an existing folder. Received: path=/no/such"),
    ],
)
def test_refuses(spark, arguments, error, message):
    with pytest.raises(error, match=message):
        datasets.mnist(spark, **arguments)


def test_labels_of_another_set(spark, folder):
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:2]))
    with pytest.raises(ValueError, match=r"ubyte must hold a label for each image \(3\). Received: 2 labels"):
        datasets.mnist(spark, path=str(folder))


@pytest.mark.parametrize("split, stem", [("train", "train"), ("test", "test")])
def test_letters_in_files_of_another_name(spark, tmp_path, split, stem):
    """As in EMNIST: several data sets in one folder, and more than ten labels."""
    for name, labels in (("emnist-letters-", LABELS + 20), ("emnist-digits-", LABELS)):
        (tmp_path / f"{name}{stem}-images-idx3-ubyte").write_bytes(idx(PIXELS))
        (tmp_path / f"{name}{stem}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    df = datasets.mnist(spark, path=str(tmp_path), split=split, prefix="emnist-letters-")
    assert [row.label for row in df.collect()] == [25, 20, 25]
    with pytest.raises(FileNotFoundError, match=f"must hold one of {'t10k' if split == 'test' else stem}-images"):
        datasets.mnist(spark, path=str(tmp_path), split=split)


def test_a_folder_with_a_patterns_characters(spark, folder, tmp_path):
    odd = tmp_path / "set [1] {a,b}*"
    odd.mkdir()
    for file in folder.glob("*-ubyte"):
        shutil.copy(file, odd / file.name)
    assert datasets.mnist(spark, path=str(odd)).count() == 3


def test_labels_in_place_of_images(spark, folder):
    shutil.copy(folder / "train-labels-idx1-ubyte", folder / "train-images-idx3-ubyte")
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte must be an idx file .* Received: 0x00000801"):
        datasets.mnist(spark, path=str(folder))


ENCRYPTED = """
from pyspark.sql import SparkSession
from bigdl_gan import configure, datasets
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = configure(builder.config("spark.io.encryption.enabled", "true")).getOrCreate()
print(datasets.mnist(spark, digits=[7]).count())
"""


@pytest.mark.slow
def test_under_encryption():
    """Spark encrypts what it writes to disk, including broadcasts; companies' security settings require that."""
    done = subprocess.run([sys.executable, "-c", ENCRYPTED], stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().split()[-1] == "1070"
