"""Images as GIFs, arrays and displays."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image
from pyspark.sql import functions as F
from traitlets.config import Config

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


@pytest.mark.long
def test_arrays_films_and_displays(pictures, tmp_path):
    df, arrays = pictures
    colour = df.where("id < 5")
    np.testing.assert_array_equal(images.to_numpy(colour), np.stack(arrays[:5]))
    images.write_gif(colour, str(tmp_path / "film.gif"), milliseconds=70)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 5 and film.size == (4, 6) and film.info["duration"] == 70 and film.info["loop"] == 0
    with pytest.raises(ValueError, match="images of one height, width and channels. Received: shapes"):
        images.to_numpy(df)
    with pytest.raises(ValueError, match="An image must not be null"):
        images.to_numpy(df.withColumn("image", F.expr("if(id = 3, null, image)")))


@pytest.mark.parametrize("scale, factor", [(3, 3), (1, 1), (np.int64(2), 2), ("auto", 18)])
def test_a_grid_to_look_at(pictures, scale, factor):
    """32 x 10 pixels; a factor of 18 is the largest within 600."""
    assert images.show(pictures[0].where("id < 5"), rows=1, cols=5, scale=scale).size == (factor * 32, factor * 10)


@pytest.mark.parametrize("call, error, message", [
    (lambda df, path: images.show(df, scale=0), ValueError, "`scale` must be an integer from 1 on. Received: scale=0"),
    (lambda df, path: images.show(df, scale=1.5), TypeError, "Received: scale=1.5"),
    (lambda df, path: images.show(df, scale="large"), TypeError, "Received: scale='large'"),
    (lambda df, path: images.show(df, rows=2.0), TypeError, "`rows` must be an integer from 1 on. Received: rows=2.0"),
    (lambda df, path: images.show(df, cols=0), ValueError, "`cols` must be an integer from 1 on. Received: cols=0"),
    (lambda df, path: images.write_gif(df, path, milliseconds=0), ValueError, "`milliseconds` must be an integer "),
    (lambda df, path: images.write_gif(df, path, milliseconds=10**6), ValueError, "Received: milliseconds=1000000"),
    (lambda df, path: images.write_gif(df, path, milliseconds=True), TypeError, "Received: milliseconds=True"),
    (lambda df, path: images.write_gif(df, path, milliseconds="9"), TypeError, "Received: milliseconds='9'"),
])  # fmt: skip
def test_numbers_are_checked_before_any_job(pictures, tmp_path, n_jobs, call, error, message):
    before = n_jobs()
    with pytest.raises(error, match=message):
        call(pictures[0], str(tmp_path / "film.gif"))
    assert n_jobs() == before


@pytest.fixture
def shell():
    """A real IPython as in a notebook's kernel, without its history file."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    yield shell
    InteractiveShell.clear_instance()


def test_a_notebook_displays_once(shell, pictures):
    shell.push({"images": images, "df": pictures[0].where("id < 5")})
    for cell, n_shown in (("images.show(df, rows=1, cols=5)", 1), ("images.show(df, rows=1, cols=5); None", 0)):
        assert shell.run_cell(f"%%capture captured\n{cell}").success
        outputs = shell.user_ns["captured"].outputs  # from display(...) and from the last line
        assert ["image/png" in output.data for output in outputs] == [True] * n_shown


def test_a_column_with_a_dot(pictures, tmp_path):
    colour = pictures[0].where("id < 5").withColumnRenamed("image", "my.image")
    images.write_grid(colour, str(tmp_path / "grid.png"), rows=1, cols=5, image_col="my.image")
    assert images.to_numpy(colour, image_col="my.image").shape == (5, 6, 4, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda df, path: images.write_png(df, path, name_col="timestamp"), lambda df, path: images.to_numpy(df),
        lambda df, path: images.write_grid(df, path), lambda df, path: images.show(df),
    ],
    ids=["write_png", "to_numpy", "write_grid", "show"],
)  # fmt: skip
def test_streams_are_refused(spark, tmp_path, call):
    with pytest.raises(ValueError, match=r"must not be a stream. .* in writeStream.foreachBatch\(...\)"):
        call(spark.readStream.format("rate").load(), str(tmp_path / "out"))
