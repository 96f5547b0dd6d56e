"""What is not a Spark DataFrame of images: the error names the way in."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bigdl_gan import GANModel, ImagePreparer, images

ARRAYS = np.random.default_rng(0).integers(0, 256, (8, 4, 4), np.uint8)
CALLS = {
    "fit": lambda gan, df: gan.fit(df),
    "transform": lambda gan, df: GANModel().transform(df),
    "reconstruct": lambda gan, df: GANModel().reconstruct(df),
    "score": lambda gan, df: GANModel().score(df),
    "ImagePreparer": lambda gan, df: ImagePreparer(size=4).transform(df),
    "images.prepare": lambda gan, df: images.prepare(df, 4),
    "images.show": lambda gan, df: images.show(df),
    "images.to_numpy": lambda gan, df: images.to_numpy(df),
    "images.write_grid": lambda gan, df: images.write_grid(df, "grid.png"),
    "images.write_gif": lambda gan, df: images.write_gif(df, "film.gif"),
    "images.write_png": lambda gan, df: images.write_png(df, "folder"),
    "images.write_jpeg": lambda gan, df: images.write_jpeg(df, "folder"),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("given, received", [
    (pd.DataFrame({"image": list(ARRAYS)}), "pandas.DataFrame"), (ARRAYS, "numpy.ndarray"), (None, "None"),
    (list(ARRAYS), "list"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_other_data(dense_gan, name, given, received):
    taker = "transform" if name == "ImagePreparer" else name
    with pytest.raises(TypeError) as caught:
        CALLS[name](dense_gan(), given)
    remedy = "images.from_numpy(spark, arrays) makes one."
    assert str(caught.value) == f"{taker} takes a Spark DataFrame. Received: {received}. {remedy}"


@pytest.mark.parametrize("path, received", [("photos", "str"), (Path("photos"), "pathlib.")])
def test_a_folder(dense_gan, path, received):
    message = rf"fit takes a Spark DataFrame. Received: {received}.*datasets.folder\(spark, path, size\) reads one"
    with pytest.raises(TypeError, match=message):
        dense_gan().fit(path)


def test_structs_whose_types_spark_inferred(spark, dense_gan):
    """bigint for each int: the message has the line that mends the DataFrame."""
    df = spark.createDataFrame([(images.from_array(array),) for array in ARRAYS], ["image"])
    for call in (lambda: dense_gan().fit(df), lambda: images.to_numpy(df), lambda: images.prepare(df, 4)):
        with pytest.raises((TypeError, ValueError), match="height:bigint.*images.from_numpy") as caught:
            call()
        remedy = re.search(r"df\.withColumn.*\)(?=\.$)", str(caught.value))[0]
        mended = eval(remedy, {"df": df, "images": images})
        np.testing.assert_array_equal(images.to_numpy(mended)[..., 0], ARRAYS)
    assert dense_gan(maxIter=1).fit(mended).iteration == 1


def test_files_in_place_of_images(spark, dense_gan):
    df = spark.createDataFrame([(b"",)], "content binary")
    message = r"`content` must hold Spark's .* Received: binary. images.prepare\(df, size, input_col='content'\) makes"
    with pytest.raises(TypeError, match=message):
        dense_gan(imageCol="content").fit(df)


@pytest.mark.long
def test_grey_and_colour_mixed(spark, dense_gan):
    colour = np.repeat(ARRAYS[..., None], 3, axis=3)
    df = images.from_numpy(spark, [*ARRAYS, *colour])
    with pytest.raises(ValueError, match=r"Received: 8 of 16 with .* nChannels=3, .* from 'arrays\[") as caught:
        dense_gan().fit(df)
    remedy = re.search(r"images\.prepare\(.*?\)", str(caught.value))[0]
    assert dense_gan().fit(eval(remedy, {"df": df, "images": images})).iteration == 2
