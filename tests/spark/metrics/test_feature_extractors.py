"""What every extractor promises, on Spark: rows, columns, laziness, the same numbers wherever an image lies."""

import numpy as np
import pytest
from onnx_networks import channel_means
from pyspark.errors import PythonException
from pyspark.sql import functions as F

from bigdl_gan.metrics.features import FeatureExtractor, OnnxFeatures, PythonFeatures

PICTURES = list(np.random.default_rng(0).integers(0, 256, (5, 4, 4, 3), dtype=np.uint8))
MEANS = np.stack(PICTURES).mean(axis=(1, 2))


def means(images):
    return images.mean(axis=(1, 2))


@pytest.fixture(scope="module")
def extractors(tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "means.onnx"
    path.write_bytes(channel_means())
    onnx = OnnxFeatures(
        path.as_uri(), output_name="means", probabilities_name="logits", softmax=True, size=4, batch_size=2
    )  # fmt: skip
    function = PythonFeatures(lambda images: images.mean(axis=(1, 2)), name="means", batch_size=2)  # sent by value
    return {"function": function, "onnx": onnx}


@pytest.fixture(params=["function", "onnx"])
def extractor(spark, extractors, request):
    return extractors[request.param]


@pytest.fixture(scope="module")
def pictures(frame):
    """Five pictures with ids, in three partitions of which one is empty."""
    return frame(PICTURES, 2).union(frame(PICTURES, 1).where("id < 0"))


@pytest.mark.long
def test_contract(extractor, pictures, n_jobs):
    assert isinstance(extractor, FeatureExtractor)
    assert {"extractor", "layer", "resizing", "versions"} <= set(extractor.describe())
    before = n_jobs()
    found = extractor.extract(pictures, keep=["id", "image"])
    assert n_jobs() == before
    outputs = [name for name in found.columns if name not in ("id", "image")]
    assert found.columns[:2] == ["id", "image"] and outputs in (["features"], ["features", "probabilities"])
    assert {found.schema[name].dataType.simpleString() for name in outputs} == {"array<float>"}
    assert found.rdd.getNumPartitions() == pictures.rdd.getNumPartitions() == 3
    rows = found.orderBy("id").collect()
    assert [row.id for row in rows] == [0, 1, 2, 3, 4] and rows[0].image.origin == "0.png"
    np.testing.assert_allclose([row.features for row in rows], MEANS, rtol=1e-6)
    if outputs[1:]:
        np.testing.assert_allclose([sum(row.probabilities) for row in rows], 1, rtol=1e-6)
    moved = extractor.extract(pictures.repartition(2, F.col("id") % 2), keep=["id"]).orderBy("id").collect()
    assert [row.features for row in moved] == [row.features for row in rows]  # to the last bit
    assert extractor.extract(pictures.where("id < 0")).collect() == []


def test_no_column_is_kept_unless_asked(extractors, pictures):
    assert extractors["function"].extract(pictures).columns == ["features"]


@pytest.mark.long
def test_a_bad_image_is_named(extractors, frame):
    with pytest.raises(PythonException, match=r"An image must not be null.*image is not null"):
        extractors["function"].extract(frame([PICTURES[0], None], 1)).collect()


def test_an_odd_name(extractors, pictures):
    renamed = pictures.withColumnRenamed("image", "my.image").withColumnRenamed("id", "my`id")
    assert extractors["function"].extract(renamed, "my.image", keep=["my`id"]).columns == ["my`id", "features"]


@pytest.mark.parametrize("arguments, kind, message", [
    ({"image_col": "picture"}, ValueError, "`image_col` must name a column.*Received: image_col='picture'"),
    ({"image_col": "id"}, TypeError, "`id` must hold Spark's image struct"),
    ({"keep": ["label"]}, ValueError, r"`keep` must name columns.*without label; columns: image, id, features"),
    ({"keep": "id"}, TypeError, r"`keep` must be a list of columns. Received: keep='id'. Write keep=\['id'\]"),
    ({"keep": ["features"]}, ValueError, "`keep` must not name features"),
])  # fmt: skip
def test_refusals(extractor, pictures, n_jobs, arguments, kind, message):
    df, before = pictures.withColumn("features", F.lit(1)), n_jobs()
    with pytest.raises(kind, match=message):
        extractor.extract(df, **arguments)
    assert n_jobs() == before


def test_no_frame(extractor):
    with pytest.raises(TypeError, match="extract takes a Spark DataFrame. Received: None"):
        extractor.extract(None)


@pytest.mark.parametrize("arguments, kind, message", [
    ({"function": "means", "name": "a"}, TypeError, "`function` must be a function of images. Received: str"),
    ({"function": means, "name": ""}, ValueError, "`name` must be a text"),
    ({"function": means, "name": "a", "channels": 4}, ValueError, '`channels` must be 3, 1 or "own". Received: '),
    ({"function": means, "name": "a", "batch_size": 0}, ValueError, "`batch_size` must be an integer from 1"),
    ({"function": means, "name": "a", "packages": ["nothing"]}, ValueError, "`packages` must be installed.*'nothing'"),
])  # fmt: skip
def test_arguments_of_a_function(arguments, kind, message):
    with pytest.raises(kind, match=message):
        PythonFeatures(**arguments)
