"""`ImagePreparer` as a Spark ML stage."""

import inspect
import logging
import time

import numpy as np
import pytest
from param_cases import others
from pyspark.errors import PythonException
from pyspark.ml import Pipeline, PipelineModel, Transformer

from bigdl_gan import ImagePreparer, images
from bigdl_gan.images import png
from bigdl_gan.images.decoding import dropped
from bigdl_gan.images.decoding.spelling import as_param
from bigdl_gan.images.options import Options
from bigdl_gan.images.preparer_table import PREPARER_TABLE

OTHERS = others(PREPARER_TABLE)

pytestmark = pytest.mark.usefixtures("spark")


def values(stage):
    return {param.name: value for param, value in stage.extractParamMap().items()}


def test_params_are_the_arguments_of_prepare():
    arguments = list(inspect.signature(images.prepare).parameters.values())[1:]  # all but the DataFrame
    preparer = ImagePreparer()
    assert issubclass(ImagePreparer, Transformer)
    names = [as_param(a.name) for a in arguments]
    assert sorted(p.name for p in preparer.params) == sorted(names) == sorted(OTHERS)
    assert Options._fields == tuple(a.name for a in arguments)
    defaults = {as_param(a.name): list(a.default) if isinstance(a.default, tuple) else a.default for a in arguments[1:]}
    assert values(preparer) == defaults
    assert all(p.doc and p.parent == preparer.uid for p in preparer.params)


def test_setters_and_getters():
    preparer = ImagePreparer()
    for name, value in OTHERS.items():
        method = f"{name[0].upper()}{name[1:]}"
        assert getattr(preparer, f"set{method}")(value) is preparer
        assert getattr(preparer, f"get{method}")() == value
    assert values(ImagePreparer(**OTHERS)) == values(ImagePreparer().setParams(**OTHERS)) == OTHERS
    assert preparer.setSize(5).getSize() == [5, 5] and preparer.setCrop(108).getCrop() == 108
    with pytest.raises(ValueError, match=r"`size` must be in pixels: .*Received: size=\[1, 2, 3\]"):
        preparer.setSize([1, 2, 3])


@pytest.mark.parametrize("value", [True, np.bool_(True), 3.0, 3.5, float("inf"), "3"])
@pytest.mark.parametrize("name", ["size", "channels", "crop", "minSide", "maxPixels", "arrayShape", "arrayRange"])
def test_numbers_are_named_where_they_are_none(name, value):
    if (name, value) in [("arrayRange", 3.0), ("arrayRange", 3.5)]:
        value = "3"
    error = ValueError if (name, value) in [("crop", "3"), ("arrayRange", float("inf"))] else TypeError
    many = [value] * 3 if name.startswith("array") else value
    with pytest.raises(error, match=f"`{name}` must be .* Received: {name}="):
        ImagePreparer(**{name: many})


def test_numpys_numbers(tmp_path):
    """They become Python's types: a stage is saved as JSON."""
    preparer = ImagePreparer(size=np.int64(8), crop=np.int32(20), arrayRange=[np.float32(0), np.int8(1)])
    preparer.save(str(tmp_path / "stage"))
    loaded = values(ImagePreparer.load(str(tmp_path / "stage")))
    assert (loaded["size"], loaded["crop"], loaded["arrayRange"]) == ([8, 8], 20, [0.0, 1.0])


def test_copy():
    preparer = ImagePreparer(size=8)
    copied = preparer.copy({preparer.channels: 1})
    assert (copied.getChannels(), preparer.getChannels(), copied.uid) == (1, 3, preparer.uid)


@pytest.mark.parametrize("changes", [OTHERS, {"size": [3, 3], "crop": 20}, {}])
def test_save_and_load(changes, tmp_path):
    preparer = ImagePreparer(**changes)
    preparer.save(str(tmp_path / "stage"))
    loaded = ImagePreparer.load(str(tmp_path / "stage"))
    assert values(loaded) == values(preparer) and loaded.uid == preparer.uid


def test_size_must_be_set(spark):
    with pytest.raises(ValueError, match="`size` must be set. Received: nothing"):
        ImagePreparer().transform(spark.range(1))


@pytest.mark.parametrize("changes, message", [
    ({"inputCol": "no"}, "`inputCol` must name a column .*inputCol='no', columns: content, id.*: inputCol=\"content\""),
    ({"inputCol": "id"}, "`inputCol` must hold image structs"),
    ({"outputCol": "ID"}, "`outputCol` must be a new column. Received: outputCol='ID'"),
    ({"handleInvalid": "drop"}, "`handleInvalid` must be one of error, skip, keep. Received: handleInvalid='drop'"),
    ({"handleInvalid": "keep", "causeCol": "id"}, "`causeCol` must be a new column. Received: causeCol='id'"),
    ({"crop": "box", "boxCol": "where"}, "`boxCol` must name a column of arrays .*Received: boxCol='where'"),
    ({"crop": 8}, r"at least `minSide` \(16\).* Set minSide=8"),
    ({"maxPixels": 2**29}, "`maxPixels` must be an integer from 1 to 178956970. Received: maxPixels=536870912"),
    ({"inputCol": "numbers"}, r"`arrayShape` must be .* if `inputCol` holds arrays.* For example: arrayShape=\(28"),
    ({"inputCol": "numbers", "arrayShape": (1, 1, 1), "arrayRange": (1, 0)}, r"`arrayRange` .* arrayRange=\(0.0, 1"),
])  # fmt: skip
def test_errors_name_the_params(spark, changes, message):
    """`prepare` calls them input_col, min_side and so on."""
    df = spark.createDataFrame([(b"", 0, [1.0])], "content binary, id int, numbers array<double>")
    with pytest.raises(ValueError, match=message):
        ImagePreparer(**{"size": 16, "inputCol": "content", **changes}).transform(df)


@pytest.mark.long
def test_what_tasks_report_names_the_params(spark, caplog, monkeypatch):
    monkeypatch.setattr(dropped, "_QUIET", 0.1)
    picture = png(np.zeros((4, 4, 1), np.uint8))
    df = spark.createDataFrame([(picture, "a"), (picture, "b")], "content binary, path string").coalesce(1)
    preparer = ImagePreparer(size=4, channels=1, inputCol="content")
    with pytest.raises(PythonException, match=r'less than minSide=16. handleInvalid="skip" drops them'):
        preparer.transform(df).collect()
    kept = preparer.copy({preparer.handleInvalid: "keep", preparer.minSide: 1, preparer.maxPixels: 9}).transform(df)
    assert kept.first().cause == "4x4 pixels, more than maxPixels=9"
    with caplog.at_level(logging.WARNING, "bigdl_gan.images"):
        assert preparer.setHandleInvalid("skip").transform(df).count() == 0
        deadline = time.monotonic() + 60
        while not caplog.records and time.monotonic() < deadline:
            time.sleep(0.1)
    assert caplog.records[0].getMessage().endswith('handleInvalid="keep" lists them.')


@pytest.mark.slow
def test_before_the_estimator(noise, dense_gan, spark, tmp_path):
    """Pictures of 4 x 4 pixels are enlarged to 8 x 8; a second preparer reduces them to the networks' size."""
    stages = [
        ImagePreparer(size=8, channels=1, outputCol="larger", minSide=1),
        ImagePreparer(size=4, channels=1, inputCol="larger", outputCol="small", crop=4, minSide=1),
        dense_gan(imageCol="small", outputCol="fake"),
    ]
    pipeline = Pipeline(stages=stages)
    pipeline.save(str(tmp_path / "pipeline"))
    assert [stage.uid for stage in Pipeline.load(str(tmp_path / "pipeline")).getStages()] == [s.uid for s in stages]
    fitted = pipeline.fit(noise)
    fitted.save(str(tmp_path / "fitted"))
    row = PipelineModel.load(str(tmp_path / "fitted")).transform(noise.limit(1)).first()
    assert (row.larger.height, row.small.height, row.fake.height) == (8, 4, 4)


def test_bad_images_stop_the_training(spark, dense_gan):
    df = spark.createDataFrame([(b"",), (b"<html>",)], "content binary").coalesce(1)
    preparer = ImagePreparer(size=4, channels=1, inputCol="content", minSide=1)
    with pytest.raises(Exception, match="2 of 2 images in partition 0 cannot be used. First: row 0 .*: no bytes"):
        Pipeline(stages=[preparer, dense_gan()]).fit(df)
