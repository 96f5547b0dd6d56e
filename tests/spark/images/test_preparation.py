"""`images.prepare` on a session: each kind of input, bad rows, other columns, laziness, arguments."""

import functools
import io
import logging
import struct
import threading
import time
import zlib
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image
from pyspark.errors import PythonException
from pyspark.ml.linalg import Vectors
from pyspark.sql import functions as F

from bigdl_gan import images
from bigdl_gan.images.decoding import dropped

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), dtype=np.uint8)


def encoded(pixels: np.ndarray, kind: str = "PNG", *, mode: str = "") -> bytes:
    stream, picture = io.BytesIO(), Image.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Two pictures, one whose name has characters that URIs escape."""
    for pixels, name in zip(PIXELS, ("a.png", "b c%20.png")):
        (tmp_path / name).write_bytes(encoded(pixels))
    return tmp_path


def arrays(df):
    return [images.to_array(row.image) for row in df.orderBy("image.origin").collect()]


def paths(spark, folder):
    names = sorted(str(path) for path in folder.iterdir())
    return spark.createDataFrame([(names[0],), (f"file:{names[1]}",)], "image string")


@pytest.mark.long
@pytest.mark.parametrize("read", [
    lambda spark, folder: spark.read.format("image").load(str(folder)),
    lambda spark, folder: spark.read.format("binaryFile").load(str(folder)).withColumnRenamed("content", "image"),
    lambda spark, folder: spark.createDataFrame([(encoded(pixels),) for pixels in PIXELS], "image binary"),
    paths,
], ids=["struct", "binaryFile", "bytes", "paths"])  # fmt: skip
def test_inputs(spark, folder, read):
    df = images.prepare(read(spark, folder), 16)
    assert images.is_image_type(df.schema["image"].dataType)
    np.testing.assert_array_equal(arrays(df), PIXELS)


@pytest.mark.long
@pytest.mark.parametrize("kind, scale", [("tinyint", 1 / 255), ("int", 1), ("float", 1 / 255), ("double", 1 / 255)])
def test_arrays_of_numbers(spark, kind, scale):
    values = PIXELS[0] % 2 if kind == "tinyint" else PIXELS[0].astype(float) * scale
    values = [value.item() if kind != "int" else int(value) for value in values.ravel()]
    df = spark.createDataFrame([(values,)], f"image array<{kind}>")
    high = 1.0 if kind != "int" else 255.0
    got = images.prepare(df, 16, array_shape=(16, 16, 3), array_range=(0.0, high)).first()
    expected = PIXELS[0] % 2 * 255 if kind == "tinyint" else PIXELS[0]
    np.testing.assert_array_equal(images.to_array(got.image), expected)


def test_grey_of_another_size(spark, folder):
    raw = spark.read.format("binaryFile").load(str(folder))
    df = images.prepare(raw, (4, 8), channels=1, input_col="content", min_side=8)
    row = df.orderBy("path").first().image
    assert (row.height, row.width, row.nChannels, row.mode, len(row.data)) == (4, 8, 1, 0, 32)
    assert row.origin.endswith("/a.png")


def test_boxes(spark):
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[10:30, 20:40] = (255, 128, 0)
    rows = [(encoded(picture), [20, 10, 40, 30]), (encoded(picture), [0, 0, 20, 20]), (encoded(picture), None)]
    df = spark.createDataFrame(rows, "image binary, where array<int>")
    got = images.prepare(df, 16, crop="box", box_col="where", handle_invalid="keep").collect()
    assert [row.cause for row in got] == [None, None, "null box"]
    assert (images.to_array(got[0].image) == (255, 128, 0)).all() and not images.to_array(got[1].image).any()


def test_other_columns_are_kept(spark):
    """Columns of any type are kept: in Spark 3.4 Arrow supports neither structs nor vectors."""
    row = (1, encoded(PIXELS[0]), Vectors.dense([1, 2]), {"k": 2.5}, (3, "x"))
    df = spark.createDataFrame([row], ["a.b", "raw`1", "vector", "map", "struct"])
    prepared = images.prepare(df, 16, input_col="raw`1", output_col="out.put")
    assert prepared.columns == [*df.columns, "out.put"]
    assert prepared.first()[:5] == df.first()
    replaced = images.prepare(df, 16, input_col="raw`1", output_col="raw`1")
    assert replaced.columns == df.columns and images.is_image_type(replaced.schema["raw`1"].dataType)


def bomb() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


JPEG = encoded(PIXELS[0].repeat(4, 0).repeat(4, 1), "JPEG")
BAD = {
    "zero.jpg": (b"", "no bytes"),
    "half.jpg": (JPEG[:len(JPEG) // 2], "damaged: "),
    "html.jpg": (b"<!DOCTYPE html><title>404</title>", "not JPEG, PNG, "),
    "bomb.png": (bomb(), "more than 178956970 pixels"),
    "dot.png": (encoded(np.zeros((1, 1, 3), np.uint8)), "1x1 pixels"),
    "rule.png": (encoded(np.zeros((10, 20_000), np.uint8)), "20000x10 pixels"),
    "float.tiff": (encoded(np.full((20, 20), 0.5, np.float32), "TIFF"), "floating-point pixels"),
}
GOOD = {"good.jpg": JPEG, "grey.png": encoded(PIXELS[0][:, :, 0]), "good.webp": encoded(PIXELS[1], "WEBP"),
        "good.gif": encoded(PIXELS[1][:, :, 0], "GIF"),
        "deep.png": encoded(PIXELS[0][:, :, 0].astype(np.uint16) * 200),
        "clear.png": encoded(np.dstack([PIXELS[1], PIXELS[0][:, :, :1]])),
        "print.jpg": encoded(PIXELS[0], "JPEG", mode="CMYK")}  # fmt: skip


N_OF_KIND, N_READ = 30, 24  # files of each kind, and how often each is read: some 10,000 rows in all


@pytest.mark.slow
def test_ten_thousand_pictures_good_and_bad(spark, tmp_path):
    kinds = {**{name: data for name, (data, _) in BAD.items()}, **GOOD}
    for i, (name, data) in ((i, (name, kinds[name])) for i in range(N_OF_KIND) for name in kinds):
        (tmp_path / f"{i}-{name}").write_bytes(data)
    files = spark.read.format("binaryFile").load(str(tmp_path)).select("path", "content")
    nulls = spark.range(N_OF_KIND).selectExpr("concat(id, '-null') as path", "cast(null as binary) as content")
    raw = files.union(nulls).coalesce(8).crossJoin(F.broadcast(spark.range(N_READ)))
    kept = images.prepare(raw, 16, input_col="content", handle_invalid="skip").select("image.origin", "image.data")
    rows = kept.collect()
    names = [f"{i}-{name}" for i in range(N_OF_KIND) for name in GOOD]
    assert sorted(row.origin.rsplit("/", 1)[1] for row in rows) == sorted(names * N_READ)
    assert len({bytes(row.data) for row in rows}) == len(GOOD)
    few = raw.where("id = 0 and path rlike '(^|/)[0-9]-'")
    causes = images.prepare(few, 16, input_col="content", handle_invalid="keep").where("cause is not null")
    assert causes.where("image is not null").count() == 0
    found = [(row.path.rsplit("-", 1)[1], row.cause) for row in causes.select("path", "cause").collect()]
    expected = {**{name: cause for name, (_, cause) in BAD.items()}, "null": "null"}
    del expected["zero.jpg"]  # Spark itself skips empty files
    assert sorted(name for name, _ in found) == sorted([*expected] * 10)
    assert all(cause.startswith(expected[name]) for name, cause in found)


@pytest.fixture
def bad_rows(spark):
    good = encoded(PIXELS[0])
    rows = [(good, "a", 0), (b"", "b", 1), (None, "c", 2), (b"<html>", None, 3), (good, "e", 4)]
    return spark.createDataFrame(rows, "content binary, path string, id int").coalesce(1)


@pytest.mark.slow
def test_error_tells_number_origin_and_cause(bad_rows):
    df = images.prepare(bad_rows, 16, input_col="content")
    message = r'3 of 5 images in partition 0 cannot be used. First: b: no bytes. handle_invalid="skip" drops'
    for action in (df.collect, df.count, df.select("id").collect):  # even if nobody asks for the pixels
        with pytest.raises(PythonException, match=message):
            action()


@pytest.mark.slow
def test_error_is_heard_by_whoever_takes_a_few(spark):
    good = encoded(PIXELS[0])
    df = spark.range(0, 200, 1, 1).selectExpr("id", "if(id = 0, cast('' as binary), X'%s') as content" % good.hex())
    prepared = images.prepare(df, 16, input_col="content")
    for n in (1, 150):
        with pytest.raises(PythonException, match="1 of [0-9]+ images in partition 0 cannot be used"):
            prepared.limit(n).collect()


@pytest.mark.long
def test_the_first_origin_where_there_is_none(bad_rows):
    df = images.prepare(bad_rows.drop("path"), 16, input_col="content")
    with pytest.raises(PythonException, match="First: row 1 of partition 0: no bytes"):
        df.collect()


@pytest.mark.long
def test_skip_drops_and_reports(bad_rows, caplog, monkeypatch):
    monkeypatch.setattr(dropped, "_QUIET", 0.2)
    with caplog.at_level(logging.WARNING, "bigdl_gan.images"):
        df = images.prepare(bad_rows, 16, input_col="content", handle_invalid="skip")
        assert [row.id for row in df.collect()] == [0, 4]
        deadline = time.monotonic() + 60
        while not caplog.records and time.monotonic() < deadline:
            time.sleep(0.1)
    assert [r.getMessage() for r in caplog.records] == [
        "images.prepare dropped 3 images so far (retried tasks are counted again). First: b: no bytes. "
        'handle_invalid="keep" lists them.'
    ]


@pytest.mark.long
def test_keep_gives_the_causes(bad_rows):
    df = images.prepare(bad_rows, 16, input_col="content", handle_invalid="keep", cause_col="why")
    rows = df.orderBy("id").collect()
    expected = [None, "no bytes", "null", "not JPEG, PNG, WEBP, GIF, BMP, TIFF: starts with b'<html>'", None]
    assert [row.why for row in rows] == expected
    assert [row.image is None for row in rows] == [False, True, True, True, False]


@pytest.mark.long
def test_bad_structs(spark, frame, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"<html>")
    undecoded = spark.read.format("image").load(str(tmp_path))
    cause = images.prepare(undecoded, 16, handle_invalid="keep").first()
    assert cause.cause == "not decoded by Spark's image source" and cause.image is None
    odd = frame([PIXELS[0], None]).selectExpr(
        "if(id = 0, named_struct('origin', image.origin, 'height', 16, 'width', 16, 'nChannels', 2, 'mode', 8, "
        "'data', image.data), null) as image"
    )
    causes = [row.cause for row in images.prepare(odd, 16, handle_invalid="keep").collect()]
    assert causes == ["mode 8 with 2 channels, not 0 (grey), 16 (BGR) or 24 (BGRA)", "null"]


def test_bad_arrays(spark):
    rows = [([0.0] * 3,), ([0.0, None],), (None,), ([2.0, 0.0],)]
    df = spark.createDataFrame(rows, "image array<double>")
    got = images.prepare(df, 1, array_shape=(1, 2, 1), array_range=(0, 1), min_side=1, handle_invalid="keep").collect()
    assert [row.cause for row in got] == [
        "3 numbers, not 1 x 2 x 1", "numbers from nan to nan, not within 0 to 1", "null",
        "numbers from 0 to 2, not within 0 to 1",
    ]  # fmt: skip


def test_bad_paths(spark, tmp_path):
    rows = [(str(tmp_path / "none.png"),), (str(tmp_path),), ("",), (None,), (str(tmp_path / "a%20b.png"),)]
    df = spark.createDataFrame(rows, "image string").coalesce(1)
    causes = [row.cause for row in images.prepare(df, 16, handle_invalid="keep").collect()]
    assert causes[0] == causes[1] == "no such file" and causes[2].startswith("not a valid path: ")
    assert causes[3] == "null" and causes[4].startswith("no such file; is its path URL-encoded")


@pytest.fixture
def server(folder):
    """The folder served by http, whose file system does not know files' lengths."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_urls(spark, server):
    df = spark.createDataFrame([(f"{server}/a.png",), (f"{server}/none.png",)], "image string").coalesce(1)
    good, missing = images.prepare(df, 16, handle_invalid="keep").collect()
    np.testing.assert_array_equal(images.to_array(good.image), PIXELS[0])
    assert missing.image is None and missing.cause == "no such file"


def test_schemes_without_a_file_system(spark):
    """One such row does not make the action fail for the others."""
    rows = [("nosuch://host/a.png",), ("s3a://bucket/a.png",)]
    df = spark.createDataFrame(rows, "image string").coalesce(1)
    causes = [row.cause for row in images.prepare(df, 16, handle_invalid="keep").collect()]
    assert causes[0] == 'No FileSystem for scheme "nosuch"'
    assert causes[1] == "no class org.apache.hadoop.fs.s3a.S3AFileSystem, which its file system needs"


@pytest.mark.long
def test_no_rows(spark, bad_rows):
    df = images.prepare(bad_rows.where("id > 9").repartition(3), 16, input_col="content")
    assert df.count() == 0 and df.columns == ["content", "path", "id", "image"]
    lopsided = images.prepare(bad_rows.where("id = 0").repartition(3), 16, input_col="content")
    assert lopsided.count() == 1


def test_lazy(bad_rows, n_jobs):
    before = n_jobs()
    for mode in ("error", "skip", "keep"):
        images.prepare(bad_rows, 16, input_col="content", handle_invalid=mode).where("id = 1").select("image")
    assert n_jobs() == before


@pytest.mark.parametrize("change, message", [
    ({"size": 0}, r"`size` must be an integer from 1 to 32767. Received: size=0"),
    ({"size": (4, 5, 6)}, r"`size` must be in pixels: 64 or \(height, width\). Received: size=\(4, 5, 6\)"),
    ({"size": (4, -5)}, r"`size` must be an integer from 1 to 32767. Received: size=-5"),
    ({"size": 10**9}, "Received: size=1000000000"),
    ({"channels": 4}, "`channels` must be 1 .* Received: channels=4"),
    ({"input_col": "image"}, '`input_col` must name a column .* columns: content, path, id. .*input_col="content"'),
    ({"input_col": "id"}, "`input_col` must hold image structs, .* Received: id of type int"),
    ({"output_col": "ID"}, "`output_col` must be a new column. Received: output_col='ID'"),
    ({"crop": "middle"}, "`crop` must be one of center, none, box, or a number .* Received: crop='middle'"),
    ({"crop": 0}, "`crop` must be an integer from 1 on. Received: crop=0"),
    ({"crop": 8}, r"`crop` must be at least `min_side` \(16\).* Set min_side=8"),
    ({"crop": 108, "size": (16, 32)}, r'Received: crop=108, size=\(16, 32\). Use crop="center"'),
    ({"crop": "box"}, "`box_col` must name a column of arrays .* Received: box_col='box', columns: content"),
    ({"crop": "box", "box_col": "id"}, "Received: box_col='id', of type int"),
    ({"resample": "nearest"}, "`resample` must be one of box, .* Received: resample='nearest'"),
    ({"handle_invalid": "drop"}, "`handle_invalid` must be one of error, skip, keep. Received: handle_invalid='drop'"),
    ({"handle_invalid": "keep", "cause_col": "path"}, "`cause_col` must be a new column"),
    ({"min_side": 0}, "`min_side` must be an integer from 1 on. Received: min_side=0"),
    ({"max_pixels": 2**31}, "`max_pixels` must be an integer from 1 to 178956970. Received: max_pixels=2147483648"),
])  # fmt: skip
def test_refuses_before_any_job(bad_rows, n_jobs, change, message):
    before = n_jobs()
    with pytest.raises(ValueError, match=message):
        images.prepare(bad_rows, **{"size": 16, "input_col": "content", **change})
    assert n_jobs() == before


@pytest.mark.parametrize("value", [True, np.bool_(True), 16.0, 16.5, float("inf"), float("nan"), "16", None])
@pytest.mark.parametrize("name", ["size", "channels", "crop", "min_side", "max_pixels"])
def test_numbers_of_pixels_are_integers(bad_rows, name, value):
    error = ValueError if (name, value) == ("crop", "16") else TypeError  # a crop may be a name
    with pytest.raises(error, match=f"`{name}` must be .*Received: {name}="):
        images.prepare(bad_rows, **{"size": 16, "input_col": "content", name: value})


@pytest.mark.long
def test_numpys_integers(spark):
    df = spark.createDataFrame([(encoded(PIXELS[0]),)], "content binary")
    sizes = {"size": (np.int64(4), np.int32(8)), "crop": "none", "min_side": np.int8(4), "max_pixels": np.uint32(256)}
    row = images.prepare(df, input_col="content", channels=np.int64(1), **sizes).first()
    assert (row.image.height, row.image.width, row.image.nChannels) == (4, 8, 1)
    assert images.prepare(df, np.int16(4), input_col="content", crop=np.int64(16)).first().image.height == 4


@pytest.mark.parametrize("change, error, message", [
    ({"array_shape": ()}, ValueError, r"`array_shape` must be \(height, width, channels\).*Received: array_shape=\(\)"),
    ({"array_shape": (2, 2)}, ValueError, r"Received: array_shape=\(2, 2\)"),
    ({"array_shape": (2, 2, 5)}, ValueError, r"Received: array_shape=\(2, 2, 5\)"),
    ({"array_shape": 7}, TypeError, "Received: array_shape=7"),
    ({"array_shape": (2.0, 2, 1)}, TypeError, "`array_shape` must be an integer from 1 on. Received: array_shape=2.0"),
    ({"array_shape": (True, 2, 1)}, TypeError, "Received: array_shape=True"),
    ({"array_shape": (2, 0, 1)}, ValueError, "Received: array_shape=0"),
    ({"array_range": (1.0, 1.0)}, ValueError, r"`array_range` must be .* Received: array_range=\(1.0, 1.0\)"),
    ({"array_range": (1.0,)}, ValueError, r"Received: array_range=\(1.0,\)"),
    ({"array_range": 255}, TypeError, "Received: array_range=255"),
    ({"array_range": (0.0, float("inf"))}, ValueError, "`array_range` must be a finite number. .*array_range=inf"),
    ({"array_range": (float("nan"), 1)}, ValueError, "Received: array_range=nan"),
    ({"array_range": ("0", 1)}, TypeError, "Received: array_range='0'"),
    ({"array_range": (False, True)}, TypeError, "Received: array_range=False"),
])  # fmt: skip
def test_refuses_descriptions_of_arrays(spark, change, error, message):
    df = spark.createDataFrame([([1.0],)], "image array<double>")
    with pytest.raises(error, match=message):
        images.prepare(df, 16, **{"array_shape": (1, 1, 1), **change})
