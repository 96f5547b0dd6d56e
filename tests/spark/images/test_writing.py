"""Images as picture files, one per row: their content, files that existed before, and refusals by a file system."""

import os
import shutil
import threading
import time

import numpy as np
import pytest
from PIL import Image
from pyspark import InheritableThread
from pyspark.sql import functions as F

from benchmarks.slow_files import add_slow_files, slow_path
from bigdl_gan import images
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm import bridge

pytestmark = pytest.mark.long

TYPE = IMAGE_SCHEMA.simpleString()
MODES = ("error", "resume", "overwrite")


@pytest.fixture(scope="module")
def pictures(spark):
    """Five colour images of 6x4 and five grey ones of 5x3, id and name, in three partitions."""
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 256, (6, 4, 3), np.uint8) for _ in range(5)]
    arrays += [rng.integers(0, 256, (5, 3, 1), np.uint8) for _ in range(5)]
    rows = [(i, f"picture {i}", from_array(array)) for i, array in enumerate(arrays)]
    df = spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), f"id long, name string, image {TYPE}").cache()
    return df, arrays


@pytest.fixture(scope="module")
def slow(spark, tmp_path_factory):
    """The distant file system, before its first use in a test."""
    return add_slow_files(spark, tmp_path_factory.mktemp("slow"))


@pytest.fixture(scope="module")
def viewed(spark):
    """Gives a folder a path on one of Hadoop's own file systems, not the local one."""

    def view(folder):
        settings = spark.sparkContext._jsc.hadoopConfiguration()
        table = folder.parent.name.replace("_", "-")  # a table is read once
        settings.set(f"fs.viewfs.mounttable.{table}.link./data", folder.as_uri())
        return f"viewfs://{table}/data"

    return view


@pytest.fixture(params=["local", "viewfs", "slow"])
def far(request, tmp_path):
    """A folder, and its path on each kind of file system."""
    folder = tmp_path / request.param
    folder.mkdir()
    if request.param == "local":
        return folder, folder.as_uri()
    if request.param == "viewfs":
        return folder, request.getfixturevalue("viewed")(folder)
    request.getfixturevalue("slow").reset(0, "", 0)
    return folder, slow_path(folder)


def read(path):
    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def names(folder):
    """All files, except for the checksums that Hadoop's local file system adds behind viewfs."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".crc")


@pytest.mark.slow
def test_png_files_hold_the_pixels(pictures, far):
    df, arrays = pictures
    assert images.write_png(df, f"{far[1]}/new") == (10, 0)
    assert names(far[0] / "new") == sorted(f"{i}.png" for i in range(10))
    for i, array in enumerate(arrays):
        np.testing.assert_array_equal(read(far[0] / "new" / f"{i}.png"), array)


def test_jpeg_files(spark, tmp_path):
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], (64, 1, 3))
    ramp[:, :, 2] = 255 - ramp[:, :, 2]
    df = spark.createDataFrame([("a", from_array(ramp))], f"name string, image {TYPE}")
    for quality in (0, 0.3, np.float32(0.95), 1):
        images.write_jpeg(df, str(tmp_path / str(quality)), name_col="name", quality=quality)
    sizes = [(tmp_path / q / "a.jpg").stat().st_size for q in ("0", "0.3", "0.95", "1")]
    assert sizes == sorted(set(sizes))
    # red is red: the channels keep their order
    assert np.abs(read(tmp_path / "0.95" / "a.jpg").astype(int) - ramp).mean() < 4


@pytest.mark.parametrize("quality, error", [(2, ValueError), (float("nan"), ValueError), ("1", TypeError)])
def test_the_quality_is_a_number(pictures, tmp_path, quality, error):
    with pytest.raises(error, match="`quality` must be a finite number from 0 to 1. Received: quality="):
        images.write_jpeg(pictures[0], str(tmp_path), quality=quality)


def test_error_touches_nothing_that_is_there(pictures, far):
    df, arrays = pictures
    images.write_png(df.where("id in (3, 8)"), far[1])
    shutil.copy(far[0] / "8.png", far[0] / "3.png")  # as from another model: the same name, another picture
    (far[0] / "another.png").write_bytes(b"no row's")
    with pytest.raises(FileExistsError, match='must not exist yet. Received: .*/[38].png, .*="resume"'):
        images.write_png(df, far[1])
    for i in (3, 8):
        np.testing.assert_array_equal(read(far[0] / f"{i}.png"), arrays[8])
    assert not [name for name in names(far[0]) if name.startswith(".")]
    assert images.write_png(df.where("id not in (3, 8)"), f"{far[1]}/2") == (8, 0)


def test_resume_writes_what_is_missing(pictures, far):
    df, arrays = pictures
    images.write_png(df.where("id < 4"), far[1], name_col="name")
    old = (far[0] / "picture 0.png").stat().st_mtime_ns
    (far[0] / ".picture 7.png.0000").write_bytes(b"half")
    assert images.write_png(df, far[1], name_col="name", mode="resume") == (6, 4)
    assert (far[0] / "picture 0.png").stat().st_mtime_ns == old
    np.testing.assert_array_equal(read(far[0] / "picture 7.png"), arrays[7])


def test_resume_among_other_pictures(pictures, tmp_path):
    df, arrays = pictures
    images.write_png(df.where("id = 0").selectExpr("9 as id", "image"), str(tmp_path))
    with pytest.raises(FileExistsError, match=r'must be the row.s own. Received: .*/9.png of .* Use mode="over'):
        images.write_png(df, str(tmp_path), mode="resume")
    np.testing.assert_array_equal(read(tmp_path / "9.png"), arrays[0])


def test_overwrite_replaces(pictures, far):
    df, arrays = pictures
    images.write_png(df.selectExpr("9 - id as id", "image").where("id > 6"), far[1])
    assert images.write_png(df, far[1], mode="overwrite") == (7, 3)
    assert names(far[0]) == sorted(f"{i}.png" for i in range(10))
    for i, array in enumerate(arrays):
        np.testing.assert_array_equal(read(far[0] / f"{i}.png"), array)


def test_an_unknown_mode(pictures, tmp_path):
    with pytest.raises(ValueError, match="`mode` must be one of error, resume, overwrite. Received: mode='append'"):
        images.write_png(pictures[0], str(tmp_path), mode="append")


@pytest.mark.parametrize("mode", MODES)
def test_folders_are_no_pictures(pictures, tmp_path, mode):
    (tmp_path / "4.png").mkdir()
    with pytest.raises(FileExistsError, match="have a folder's name. Received: .*/4.png, a folder"):
        images.write_png(pictures[0].where("id > 3"), str(tmp_path), mode=mode)
    assert (tmp_path / "4.png").is_dir()


def coming(df, folder, source):
    """The same rows; `3.png` appears in the folder once the first row is computed."""

    def watched(batches):
        for batch in batches:
            if not os.path.exists(f"{folder}/3.png"):
                shutil.copy(source, f"{folder}/3.png")
            yield batch

    flat = df.where("id = 3").select("id", "image.*").mapInArrow(watched, "id long, " + TYPE[len("struct<"):-1])
    return flat.select("id", images.image_column())


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_what_came_during_the_job_is_of_another_attempt(pictures, far, tmp_path, mode):
    """As when Spark retries a task: its own files are not in the way."""
    df, arrays = pictures
    images.write_png(df.where("id = 3"), str(tmp_path / "first"))
    assert images.write_png(coming(df, far[0], tmp_path / "first" / "3.png"), far[1], mode=mode) == (1, 0)
    np.testing.assert_array_equal(read(far[0] / "3.png"), arrays[3])
    assert names(far[0]) == ["3.png"]


def test_another_picture_that_came_during_the_job(pictures, slow, tmp_path):
    """Only a file system that never renames onto an existing file can detect this."""
    slow.reset(0, "", 0)
    images.write_png(pictures[0].where("id = 8"), str(tmp_path / "first"))
    (tmp_path / "out").mkdir()
    df = coming(pictures[0], tmp_path / "out", tmp_path / "first" / "8.png")
    with pytest.raises(ValueError, match="3.png appeared during the job with .* two rows have the same name, or anoth"):
        images.write_png(df, slow_path(tmp_path / "out"))
    assert names(tmp_path / "out") == ["3.png"]


@pytest.mark.parametrize("mode", MODES)
def test_two_rows_of_one_name(spark, frame, tmp_path, mode):
    """In one partition and in two, even if their pictures are equal."""
    grey = np.full((2, 2, 1), 9, np.uint8)
    rows = frame([grey] * 4).selectExpr("image", "int(id / 2) as near", "id % 2 as apart")
    with pytest.raises(ValueError, match="Rows must have different names. Received: '[01]' twice"):
        images.write_png(rows, str(tmp_path / "a"), name_col="near", mode=mode)
    with pytest.raises(ValueError, match="Rows must have different names. Received: 4 rows, 2 names"):
        images.write_png(rows, str(tmp_path / "b"), name_col="apart", mode=mode)


@pytest.mark.parametrize("change, message", [
    (("name", "'../x'"), "a file name without a folder or a leading dot. Received: '../x'"),
    (("name", "'a:b'"), "Received: 'a:b'"),
    (("name", "'.hidden'"), "Received: '.hidden'"),
    (("name", "''"), "Received: ''"),
    (("name", "cast(null as string)"), "Received: null"),
    (("image", f"cast(null as {TYPE})"), "The image 'picture [0-9]' is null. Drop it"),
    (("image", "struct(image.*) ", {"data": "cast(null as binary)"}), "The image 'picture [0-9]' has a null among its"),
    (("image", "struct(image.*) ", {"data": "X'00'"}), "must have mode 0 .* Received: mode (0|16), .* 1 bytes"),
    (("image", "struct(image.*) ", {"nChannels": "2", "mode": "16", "height": "1", "width": "1", "data": "X'0000'"}),
     "must have mode 0 .* Received: mode 16, 1 x 1 x 2, 2 bytes"),
])  # fmt: skip
def test_rows_that_cannot_be_written(pictures, tmp_path, change, message):
    column, expression, *fields = change
    df = pictures[0].withColumn(column, F.expr(expression))
    for name, value in (fields[0] if fields else {}).items():
        df = df.withColumn("image", F.col("image").withField(name, F.expr(value)))
    with pytest.raises(ValueError, match=message):
        images.write_png(df, str(tmp_path), name_col="name")


def test_columns_that_are_not_there(pictures, tmp_path):
    with pytest.raises(ValueError, match="`name_col` must name a column .*Received: name_col='nobody'"):
        images.write_png(pictures[0], str(tmp_path), name_col="nobody")
    with pytest.raises(TypeError):
        images.write_png(pictures[0], str(tmp_path), image_col="name")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["/proc/pictures", "{}/file", "{}/file/below", "nosuch://host/x"])
def test_folders_that_cannot_be(pictures, tmp_path, folder):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="^Cannot write ") as caught:
        images.write_png(pictures[0], folder.format(tmp_path))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("call", [r"create \.7\.png\..*", r"rename 7\.png"])
def test_a_refused_file_leaves_no_half_of_it(pictures, slow, tmp_path, call):
    slow.reset(0, call, 1)
    with pytest.raises(OSError, match=r"^Cannot write .*/7\.png: java\.io\.IOException: .* refused$"):
        images.write_png(pictures[0], slow_path(tmp_path))
    assert set(names(tmp_path)) <= {f"{i}.png" for i in range(10) if i != 7}


@pytest.mark.parametrize("call", [r"create \.7\.png\..*", r"rename \.7\.png\..*", r"rename 7\.png"])
def test_a_refused_replacement_leaves_what_was_there(pictures, slow, tmp_path, call):
    df, arrays = pictures
    images.write_png(df.selectExpr("9 - id as id", "image"), str(tmp_path))
    slow.reset(0, call, 1)
    with pytest.raises(OSError, match=r"^Cannot write .*/7\.png: "):
        images.write_png(df, slow_path(tmp_path), mode="overwrite")
    np.testing.assert_array_equal(read(tmp_path / "7.png"), arrays[2])
    assert names(tmp_path) == sorted(f"{i}.png" for i in range(10))
    slow.reset(0, r"rename 7\.png", 2)  # not even the old file gets its name back
    with pytest.raises(OSError, match=r"the old file is now .*/\.7\.png\.") as caught:
        images.write_png(df, slow_path(tmp_path), mode="overwrite")
    np.testing.assert_array_equal(read(str(caught.value).rsplit("slow:", 1)[1]), arrays[2])


@pytest.fixture(scope="module")
def many(spark, pictures):
    """Makes this many rows with one small image, ids from 0."""

    def make(n, n_partitions):
        one = pictures[0].where("id = 9").select("image")
        return spark.range(0, n, 1, n_partitions).crossJoin(F.broadcast(one))

    return make


def test_several_at_a_time(many, slow, tmp_path):
    """A task writes while it waits for other files; it only asks the file system to write and to rename."""
    slow.reset(20, "", 0)
    assert images.write_png(many(100, 1), slow_path(tmp_path)) == (100, 0)
    assert slow.mostAtOnce() > 4
    assert {kind: slow.calls(kind) for kind in ("create", "rename", "list", "status", "delete")} == {
        "create": 100, "rename": 100, "list": 1, "status": 0, "delete": 0
    }  # fmt: skip
    assert names(tmp_path) == sorted(f"{i}.png" for i in range(100))


def threads(spark):
    """Live threads that wait for the file system."""
    stacks = spark._jvm.java.lang.Thread.getAllStackTraces().keySet()
    return [t.getName() for t in stacks if t.getName() == "bigdl_gan-calls"]


def settle(condition):
    """Waits until the condition holds: a stopped task finishes the files it has begun."""
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def test_a_failure_stops_the_task(spark, many, slow, tmp_path):
    slow.reset(5, r"create \.3\.png\..*", 1)
    with pytest.raises(OSError, match="create refused"):
        images.write_png(many(300, 1), slow_path(tmp_path))
    assert slow.calls("create") < 60  # those before, and those under way
    settle(lambda: not threads(spark))
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_a_bad_row_stops_the_other_tasks(spark, many, slow, tmp_path):
    slow.reset(20, "", 0)
    df = many(4000, 2).selectExpr("if(id = 0, '', id) as id", "image")
    with pytest.raises(ValueError, match="Received: ''"):
        images.write_png(df, slow_path(tmp_path))
    settle(lambda: not threads(spark))
    assert slow.calls("create") < 1000
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_a_cancelled_job_ends_its_threads(spark, many, slow, tmp_path):
    slow.reset(20, "", 0)
    failures = []

    def write():
        spark.sparkContext.setJobGroup("writing", "pictures")
        try:
            images.write_png(many(4000, 2), slow_path(tmp_path))
        except Exception as error:
            failures.append(error)

    thread = InheritableThread(target=write)
    thread.start()
    settle(lambda: slow.calls("rename") > 0)
    spark.sparkContext.cancelJobGroup("writing")
    thread.join()
    assert isinstance(failures[0], RuntimeError) and "cancelled" in str(failures[0])
    settle(lambda: not threads(spark))
    assert slow.calls("create") < 4000
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_two_folders_at_a_time(pictures, slow, tmp_path):
    """In two threads that do not disturb each other."""
    slow.reset(2, "", 0)
    done = []

    def write(folder):
        done.append(images.write_png(pictures[0], slow_path(tmp_path / folder)))

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert done == [(10, 0)] * 2


def test_a_column_with_a_dot(pictures, tmp_path):
    odd = pictures[0].withColumnRenamed("image", "my.image").withColumnRenamed("id", "an `id`")
    assert images.write_png(odd, str(tmp_path / "out"), image_col="my.image", name_col="an `id`").new == 10


def test_no_rows(pictures, tmp_path):
    assert images.write_png(pictures[0].where("id < 0"), str(tmp_path / "out")) == (0, 0)
    assert list((tmp_path / "out").iterdir()) == []


def test_generated_images(noise, dense_gan, tmp_path):
    model = dense_gan().fit(noise)
    assert images.write_png(model.generate(70), str(tmp_path)) == (70, 0)
    assert list(bridge.call("resourceUse")) == [0, 0]
    np.testing.assert_array_equal(read(tmp_path / "69.png"), images.to_numpy(model.generate(70))[69])
