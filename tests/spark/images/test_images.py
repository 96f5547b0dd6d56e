import numpy as np
import pytest
from PIL import Image
from pyspark.sql.types import StructField, StructType

from bigdl_gan import images


def frame(spark, arrays, *, ids=()):
    rows = [(images.from_array(array), *key) for array, key in zip(arrays, ids or [()] * len(arrays))]
    schema = StructType([StructField("image", images.IMAGE_SCHEMA)])
    return spark.createDataFrame(rows, schema.add("id", "long") if ids else schema)


def grey(value: int, *, size: int = 2) -> np.ndarray:
    return np.full((size, size, 1), value, np.uint8)


def pixels(path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_spark_reads_what_we_decode(spark, tmp_path):
    colours = np.array([[[255, 0, 0], [0, 255, 0]]], np.uint8)  # a red and a green pixel; PNG loses nothing
    Image.fromarray(colours).save(tmp_path / "a.png")
    df = spark.read.format("image").load(str(tmp_path))
    assert df.schema["image"].dataType == images.IMAGE_SCHEMA
    np.testing.assert_array_equal(images.to_array(df.first().image), colours)


def test_grid_in_the_order_of_id(spark, tmp_path):
    df = frame(spark, [grey(30), grey(10), grey(20)], ids=[(3,), (1,), (2,)])
    path = tmp_path / "new" / "grid.png"
    images.write_grid(df, str(path), rows=1, cols=2, padding=0)
    np.testing.assert_array_equal(pixels(path), [[10, 10, 20, 20], [10, 10, 20, 20]])


def test_fewer_images_leave_black_cells(spark, tmp_path):
    images.write_grid(frame(spark, [grey(9, size=1)]), str(tmp_path / "g.png"), rows=2, cols=2, padding=0)
    np.testing.assert_array_equal(pixels(tmp_path / "g.png"), [[9, 0], [0, 0]])


def test_colour_through_hadoop(spark, tmp_path):
    colour = np.array([[[1, 2, 3]]], np.uint8)
    path = tmp_path / "new" / "g.png"
    for _ in range(2):  # the second replaces the first
        images.write_grid(frame(spark, [colour]), path.as_uri(), rows=1, cols=1, padding=0)
    np.testing.assert_array_equal(pixels(path), colour)


def test_refuses(spark, tmp_path):
    path = str(tmp_path / "g.png")
    one = frame(spark, [grey(1)])
    with pytest.raises(ValueError, match=r"`image_col` must name a column.*image_col='picture', columns: image"):
        images.write_grid(one, path, image_col="picture")
    with pytest.raises(TypeError, match=r"`id` must hold Spark's image struct.*Received: bigint"):
        images.write_grid(spark.range(1), path, image_col="id")
    with pytest.raises(ValueError, match=r"one height, width and channels. Received: an empty DataFrame"):
        images.write_grid(one.limit(0), path)
    with pytest.raises(ValueError, match=r"Received: shapes \(2, 2, 1\) and \(3, 3, 1\)"):
        images.write_grid(frame(spark, [grey(1), grey(1, size=3)]), path)
    with pytest.raises(ValueError, match="`rows` must be an integer from 1 on. Received: rows=0"):
        images.write_grid(one, path, rows=0)


@pytest.mark.parametrize("value", [True, 2.0, 1.5, "2", float("inf"), None])
@pytest.mark.parametrize("name", ["rows", "cols", "padding"])
def test_numbers_are_checked_before_any_job(spark, tmp_path, n_jobs, name, value):
    df, before = frame(spark, [grey(1)]), n_jobs()
    with pytest.raises(TypeError, match=f"`{name}` must be an integer from [01] on. Received: {name}="):
        images.write_grid(df, str(tmp_path / "g.png"), **{name: value})
    assert n_jobs() == before


@pytest.mark.long
def test_a_file_system_that_refuses(spark, tmp_path):
    (tmp_path / "file").write_text("")
    for path in ("/proc/g.png", str(tmp_path / "file" / "g.png"), (tmp_path / "file" / "g.png").as_uri()):
        for write in (images.write_grid, images.write_gif):
            with pytest.raises(OSError) as caught:
                write(frame(spark, [grey(1)]), path)
            assert len(str(caught.value).splitlines()) == 1
