"""Images as picture files, films and arrays."""

import io
import sys
import types

import numpy as np
import pytest
from PIL import Image
from pyspark.sql import functions as F

from bigdl_gan import _jvm, images
from bigdl_gan.images import IMAGE_SCHEMA, from_array


@pytest.fixture(scope="module")
def pictures(spark):
    """Five colour images of 6x4 and five grey ones of 5x3, id and name, in three partitions."""
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 256, (6, 4, 3), np.uint8) for _ in range(5)]
    arrays += [rng.integers(0, 256, (5, 3, 1), np.uint8) for _ in range(5)]
    rows = [(i, f"picture {i}", from_array(array)) for i, array in enumerate(arrays)]
    schema = f"id long, name string, image {IMAGE_SCHEMA.simpleString()}"
    df = spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), schema).cache()
    return df, arrays


def read(path):
    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def test_png_files_hold_the_pixels(pictures, tmp_path):
    df, arrays = pictures
    assert images.write_png(df, (tmp_path / "out").as_uri()) == (10, 0)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(f"{i}.png" for i in range(10))
    for i, array in enumerate(arrays):
        np.testing.assert_array_equal(read(tmp_path / "out" / f"{i}.png"), array)


def test_written_once(pictures, tmp_path):
    """What a failure left is complete, and the same call writes the rest only."""
    df, arrays = pictures
    images.write_png(df.where("id < 4"), str(tmp_path), nameCol="name")
    old = (tmp_path / "picture 0.png").stat().st_mtime_ns
    (tmp_path / ".picture 7.0000").write_bytes(b"half")
    assert images.write_png(df, str(tmp_path), nameCol="name") == (6, 4)
    assert (tmp_path / "picture 0.png").stat().st_mtime_ns == old
    np.testing.assert_array_equal(read(tmp_path / "picture 7.png"), arrays[7])


def test_jpeg_files(spark, tmp_path):
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], (64, 1, 3))
    ramp[:, :, 2] = 255 - ramp[:, :, 2]
    df = spark.createDataFrame([("a", from_array(ramp))], f"name string, image {IMAGE_SCHEMA.simpleString()}")
    for quality in (0.3, 0.95):
        images.write_jpeg(df, str(tmp_path / str(quality)), nameCol="name", quality=quality)
    low, high = (tmp_path / str(q) / "a.jpg" for q in (0.3, 0.95))
    assert low.stat().st_size < high.stat().st_size
    assert np.abs(read(high).astype(int) - ramp).mean() < 4  # red is red: the channels keep their order
    with pytest.raises(ValueError, match="`quality` must be from 0 to 1. Received: quality=2"):
        images.write_jpeg(df, str(tmp_path), nameCol="name", quality=2)


def test_another_file_system(spark, pictures, tmp_path):
    (tmp_path / "far").mkdir()
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set("fs.viewfs.mounttable.files.link./data", (tmp_path / "far").as_uri())
    assert images.write_png(pictures[0], "viewfs://files/data/new").new == 10
    assert len(list((tmp_path / "far" / "new").glob("*.png"))) == 10


@pytest.mark.parametrize(
    "name, message",
    [("'../x'", "a file's name, without a folder .*Received: '../x'"), ("cast(null as string)", "Received: null"),
     ("'same'", "two rows have one name, or the folder holds other")],
)  # fmt: skip
def test_names_that_are_none(pictures, tmp_path, name, message):
    df = pictures[0].withColumn("name", F.expr(name))
    with pytest.raises((ValueError, RuntimeError), match=message):
        images.write_png(df, str(tmp_path), nameCol="name")


def test_columns_that_are_not_there(pictures, tmp_path):
    with pytest.raises(ValueError, match="`nameCol` must name a column .*Received: nameCol='nobody'"):
        images.write_png(pictures[0], str(tmp_path), nameCol="nobody")
    with pytest.raises(TypeError):
        images.write_png(pictures[0], str(tmp_path), imageCol="name")
    assert not list(tmp_path.iterdir())


def test_arrays_films_and_displays(pictures, tmp_path):
    df, arrays = pictures
    colour = df.where("id < 5")
    np.testing.assert_array_equal(images.to_numpy(colour), np.stack(arrays[:5]))
    images.write_gif(colour, str(tmp_path / "film.gif"), milliseconds=70)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 5 and film.size == (4, 6) and film.info["duration"] == 70 and film.info["loop"] == 0
    shown = images.show(colour, rows=1, cols=5, scale=3)
    assert shown.size == (3 * (5 * 6 + 2), 3 * 10)
    stream = io.BytesIO()
    shown.save(stream, "PNG")
    with pytest.raises(ValueError, match="images of one height, width and channels. Received: shapes"):
        images.to_numpy(df)
    with pytest.raises(ValueError, match="An image must not be null"):
        images.to_numpy(df.withColumn("image", F.expr("if(id = 3, null, image)")))
    with pytest.raises(ValueError, match="`scale` must be at least 1"):
        images.show(colour, scale=0)
    with pytest.raises(ValueError, match="`milliseconds` must be at least 1"):
        images.write_gif(colour, str(tmp_path / "x.gif"), milliseconds=0)


def test_a_notebook_displays(pictures, monkeypatch):
    displayed = []
    notebook, shown = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    notebook.get_ipython, shown.display = object, displayed.append
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    picture = images.show(pictures[0].where("id < 5"), rows=1, cols=5)
    assert displayed == [picture]
    notebook.get_ipython = lambda: None  # plain Python, with IPython installed
    images.show(pictures[0].where("id < 5"), rows=1, cols=5)
    assert len(displayed) == 1


def test_a_column_with_a_dot(pictures, tmp_path):
    colour = pictures[0].where("id < 5").withColumnRenamed("image", "my.image")
    images.write_grid(colour, str(tmp_path / "grid.png"), rows=1, cols=5, imageCol="my.image")
    assert images.write_png(colour, str(tmp_path / "out"), imageCol="my.image").new == 5


def test_generated_images(noise, dense_gan, tmp_path):
    model = dense_gan().fit(noise)
    assert images.write_png(model.generate(70), str(tmp_path)) == (70, 0)
    assert list(_jvm.call("resourceUse")) == [0, 0]
    np.testing.assert_array_equal(read(tmp_path / "69.png"), images.to_numpy(model.generate(70))[69])
