"""Images as films, arrays and displays."""

import io
import sys
import types

import numpy as np
import pytest
from PIL import Image
from pyspark.sql import functions as F

from bigdl_gan import images
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
    assert images.to_numpy(colour, imageCol="my.image").shape == (5, 6, 4, 3)
